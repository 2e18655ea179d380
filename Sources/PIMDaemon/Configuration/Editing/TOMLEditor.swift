public import PIMCore

/// Changes single values of a TOML text and leaves everything else as people wrote it: comments, order, layout and keys
/// nobody knows (`spec/config.md` §11.4).
public enum TOMLEditor {
    /// Gives a key a value. A key that is not there is added to its section, and a missing section to the end of the text.
    ///
    /// - Parameter key: The dotted name in parts: `["messaging", "broadcast", "watch_incoming"]`.
    /// - Throws: Category `config` when the text is no TOML, or the key cannot be set in it: something that is no table
    ///   stands in its way.
    public static func set(key: [String], value: TOMLLiteral, in text: String) throws(PIMError) -> String {
        let result = try edited(text, key: key, value: value)
        try check(result, says: [(key, value)])
        return result
    }

    private static func edited(_ text: String, key: [String], value: TOMLLiteral) throws(PIMError) -> String {
        guard let name = key.last else { throw PIMError(.config, "a key has a name") }
        let section = Array(key.dropLast())
        let bytes = Array(text.utf8)
        let root = try scan(text)
        let edited: [UInt8]
        if let range = find(key, root)?.range {
            edited = bytes[..<range.lowerBound] + Array(value.text.utf8) + bytes[range.upperBound...]
        } else if let offset = find(section, root)?.insertionOffset {
            let separator = lineBreak(before: offset, in: bytes)
            edited =
                bytes[..<offset] + Array("\(separator)\(TOMLLiteral.key(name)) = \(value.text)\n".utf8)
                + bytes[offset...]
        } else {
            let header = section.isEmpty ? "" : "\n[\(section.map(TOMLLiteral.key).joined(separator: "."))]\n"
            let separator = lineBreak(before: bytes.count, in: bytes)
            let addition = "\(separator)\(header)\(TOMLLiteral.key(name)) = \(value.text)\n"
            edited = bytes + Array(addition.utf8)
        }
        return String(decoding: edited, as: UTF8.self)
    }

    /// Takes a key out, with its line. One that is not there is no error.
    ///
    /// - Throws: Category `config` when the text is no TOML, or the key stands in a table in braces.
    public static func remove(key: [String], in text: String) throws(PIMError) -> String {
        guard let node = find(key, try scan(text)) else { return text }
        guard node.range != nil else {
            throw PIMError(.config, "\(key.joined(separator: ".")) is a section; remove it by hand")
        }
        guard let line = node.line else {
            throw PIMError(.config, "\(key.joined(separator: ".")) stands in a table in braces; remove it by hand")
        }
        let bytes = Array(text.utf8)
        return String(decoding: bytes[..<line.lowerBound] + bytes[line.upperBound...], as: UTF8.self)
    }

    /// Sets several keys, and removes those without a value.
    ///
    /// - Throws: As ``set(key:value:in:)`` and ``remove(key:in:)``; nothing was done then.
    static func apply(
        _ changes: [(key: [String], value: TOMLLiteral?)], to text: String
    ) throws(PIMError) -> String {
        var text = text
        for (key, value) in changes {
            if let value {
                text = try edited(text, key: key, value: value)
            } else {
                text = try remove(key: key, in: text)
            }
        }
        // What comes last for a key counts.
        let said = Dictionary(changes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        try check(text, says: said.compactMap { key, value in value.map { (key, $0) } })
        return text
    }

    static func scan(_ text: String) throws(PIMError) -> TOMLLocations {
        do throws(TOMLScanner.Refusal) {
            return try TOMLScanner.scan(text)
        } catch {
            throw PIMError(.config, "line \(error.position.line), column \(error.position.column): \(error.message)")
        }
    }

    private static func find(_ key: [String], _ root: TOMLLocations) -> TOMLLocations? {
        key.reduce(Optional(root)) { node, name in node?.members[name] }
    }

    /// Whatever was in the way, the result says what it should or is not used.
    private static func check(
        _ text: String, says values: [(key: [String], value: TOMLLiteral)]
    ) throws(PIMError) {
        let root: TOMLNode
        do throws(TOMLDocument.SyntaxError) {
            root = try TOMLDocument(text).root
        } catch {
            let names = values.map { $0.key.joined(separator: ".") }.sorted().joined(separator: ", ")
            throw PIMError(.config, "\(names) cannot be set here: \(error.message)")
        }
        for (key, value) in values {
            var node: TOMLNode? = root
            for part in key {
                guard case .table(let members)? = node?.value else { break }
                node = members[part]
            }
            guard node.flatMap(TOMLLiteral.init) == value else {
                throw PIMError(.config, "\(key.joined(separator: ".")) cannot be set here")
            }
        }
    }

    private static func lineBreak(before offset: Int, in bytes: [UInt8]) -> String {
        offset == 0 || bytes[offset - 1] == UInt8(ascii: "\n") ? "" : "\n"
    }
}

extension TOMLLiteral {
    /// `nil` for a value of a kind that is never written.
    fileprivate init?(_ node: TOMLNode) {
        switch node.value {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .boolean(let flag): self = .boolean(flag)
        case .array(let elements):
            let texts = elements.compactMap { if case .string(let text) = $0.value { text } else { nil } }
            guard texts.count == elements.count else { return nil }
            self = .strings(texts)
        case .float, .date, .table: return nil
        }
    }
}
