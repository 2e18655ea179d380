public import PIMCore

/// What a command line needs to read and change a configuration text without a daemon: the editor and the checks the daemon
/// itself uses (`spec/config.md` §11.4).
public enum ConfigurationEditing {
    /// The parts of a dotted key; a part in quotes may hold dots.
    ///
    /// - Throws: Category `config` for an empty key or an empty part.
    public static func parts(of key: String) throws(PIMError) -> [String] {
        let refusal = PIMError(.config, "“\(key)” is no key: section.name is expected, as in transport.listen_port")
        guard !key.contains(where: \.isNewline), let locations = try? TOMLScanner.scan("\(key) = 0") else {
            throw refusal
        }
        var parts: [String] = []
        var node = locations
        while let member = node.members.first, node.members.count == 1 {
            parts.append(member.key)
            node = member.value
        }
        guard !parts.isEmpty, node.range != nil else { throw refusal }
        return parts
    }

    /// A value as it is typed: TOML, where a bare word counts as a string.
    ///
    /// - Throws: Category `config` for what begins like a string, list or table and is none.
    public static func value(typed text: String) throws(PIMError) -> JSONValue {
        if let value = node(typed: text).flatMap(JSONValue.init) { return value }
        if let first = text.first, "\"'[{".contains(first) {
            throw PIMError(.config, "“\(text)” is no TOML value")
        }
        return .string(text)
    }

    /// The value of a key in a text, a section as an object; `nil` when it is not there.
    ///
    /// - Throws: Category `config` when the text is no TOML.
    public static func value(at key: [String], in text: String) throws(PIMError) -> JSONValue? {
        var node: TOMLNode
        do throws(TOMLDocument.SyntaxError) {
            node = try TOMLDocument(text).root
        } catch {
            throw PIMError(
                .config, "line \(error.position.line), column \(error.position.column): \(error.message)")
        }
        for part in key {
            guard case .table(let members) = node.value, let member = members[part] else { return nil }
            node = member
        }
        guard let value = JSONValue(node) else {
            throw PIMError(.config, "\(key.joined(separator: ".")) holds a number that cannot be shown")
        }
        return value
    }

    /// Sets a key, or with `nil` removes it, and leaves the rest of the text as people wrote it.
    ///
    /// - Throws: Category `config` when the text is no TOML or the key cannot hold such a value.
    public static func set(key: [String], to value: JSONValue?, in text: String) throws(PIMError) -> String {
        guard let value else { return try TOMLEditor.remove(key: key, in: text) }
        guard let literal = TOMLLiteral(value) else {
            throw PIMError(
                .config,
                "\(key.joined(separator: ".")) can be a string, a whole number, true, false or a list of strings")
        }
        return try TOMLEditor.set(key: key, value: literal, in: text)
    }

    /// The text with a mask in place of every secret, and the dotted keys of these.
    public static func masked(_ text: String) -> (text: String, keys: [String]) {
        ConfigurationSecrets.masked(text)
    }

    /// The text with the secrets of `original` in place of the masks.
    ///
    /// - Throws: For masks that stand for no secret there.
    public static func unmasked(
        _ text: String, from original: String, path: String
    ) throws(ConfigurationFailure) -> String {
        do throws(ConfigurationKeeper.Refusal) {
            return try ConfigurationSecrets.unmasked(text, from: original, path: path)
        } catch {
            guard case .invalid(let problems) = error else {
                throw ConfigurationFailure(.config, file: path, summary: error.summary)
            }
            throw ConfigurationFailure(
                .config, file: path, summary: "\(path) would lose a secret", problems: problems)
        }
    }

    /// The text of a file as it stands, right or wrong.
    ///
    /// - Throws: Category `io`.
    public static func text(of path: String) throws(PIMError) -> String {
        try ConfigurationFile(path: path).text()
    }

    /// Replaces a configuration file whose daemon does not run.
    ///
    /// - Parameter old: What the file is expected to hold; when somebody else has written to it, nothing happens.
    /// - Throws: ``ConfigurationFailure`` when a daemon would not start with the text, `PIMError` when it cannot be written.
    public static func replace(_ old: String, by new: String, at path: String) throws {
        _ = try ConfigurationLoader.load(text: new, path: path)
        let file = ConfigurationFile(path: path)
        guard try file.text() == old else {
            throw PIMError(.config, "\(path) was changed by somebody else in the meantime; nothing was written")
        }
        try file.write(new)
    }

    private static func node(typed text: String) -> TOMLNode? {
        let line = "v = \(text)"
        guard !text.contains(where: \.isNewline), let locations = try? TOMLScanner.scan(line),
            locations.members["v"]?.range == 4..<line.utf8.count,
            case .table(let members)? = (try? TOMLDocument(line))?.root.value
        else { return nil }
        return members["v"]
    }
}

extension TOMLLiteral {
    /// `nil` for a value of a kind that is never written.
    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .bool(let flag): self = .boolean(flag)
        case .array(let elements):
            let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
            guard texts.count == elements.count else { return nil }
            self = .strings(texts)
        case .null, .number, .object: return nil
        }
    }
}
