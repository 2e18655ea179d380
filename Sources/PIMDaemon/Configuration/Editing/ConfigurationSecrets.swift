internal import PIMCore
internal import PIMRPC

/// Hides the secrets of a configuration text from whoever reads it, and puts them back when the text returns
/// (`spec/config.md` §11.3).
///
/// A secret is the string under a key with a telling name, wherever it stands: `mesh.passphrase`, and what sections of plugins
/// and retired keys call so.
enum ConfigurationSecrets {
    private static let names: Set = [
        "passphrase", "password", "secret", "token", "api_key", "private_key", "shared_key",
    ]

    /// The text with ``ConfigGetResult/mask`` in place of every secret, and the dotted keys of these.
    static func masked(_ text: String) -> (text: String, keys: [String]) {
        guard let root = try? TOMLScanner.scan(text) else { return maskedByLine(text) }
        let secrets = secrets(in: root)
        let mask = Array(TOMLLiteral.quoted(ConfigGetResult.mask).utf8)
        return (replace(secrets.map { ($0.range, mask) }, in: text), secrets.map(\.key))
    }

    /// For a text that is no TOML: whole lines that could hold a secret are hidden.
    private static func maskedByLine(_ text: String) -> (text: String, keys: [String]) {
        var keys: [String] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let name = names.sorted().first(where: { line.lowercased().contains($0) }) else { return line }
            keys.append(name)
            return "\(name) = \(TOMLLiteral.quoted(ConfigGetResult.mask))"
        }
        return (lines.joined(separator: "\n"), keys)
    }

    /// The text with the secrets of `original` in place of the masks.
    ///
    /// - Throws: For masks that stand for nothing there.
    static func unmasked(
        _ text: String, from original: String, path: String
    ) throws(ConfigurationKeeper.Refusal) -> String {
        guard text.contains(ConfigGetResult.mask), let root = try? TOMLScanner.scan(text) else { return text }
        let bytes = Array(text.utf8)
        let mask = TOMLLiteral.quoted(ConfigGetResult.mask)
        let masks = secrets(in: root).filter {
            let literal = String(decoding: bytes[$0.range], as: UTF8.self)
            return literal == mask || literal == "'\(ConfigGetResult.mask)'"
        }
        let originalBytes = Array(original.utf8)
        let known = Dictionary(
            ((try? TOMLScanner.scan(original)).map(secrets) ?? []).map { ($0.key, $0.range) },
            uniquingKeysWith: { first, _ in first })
        var replacements: [(Range<Int>, [UInt8])] = []
        var problems: [ConfigurationProblem] = []
        for secret in masks {
            if let range = known[secret.key] {
                replacements.append((secret.range, Array(originalBytes[range])))
            } else {
                problems.append(
                    ConfigurationProblem(
                        .error, file: path, position: secret.position, key: secret.key,
                        message: "\(ConfigGetResult.mask) stands for a secret the file does not have"))
            }
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        return replace(replacements, in: text)
    }

    private struct Secret {
        var key: String
        var range: Range<Int>
        var position: TextPosition
    }

    private static func secrets(in root: TOMLLocations) -> [Secret] {
        var found: [Secret] = []
        collect(root, "", &found)
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static func collect(_ node: TOMLLocations, _ name: String, _ found: inout [Secret]) {
        for (key, member) in node.members {
            let full = name.isEmpty ? key : "\(name).\(key)"
            if names.contains(key.lowercased()), let range = member.range, member.members.isEmpty {
                found.append(Secret(key: full, range: range, position: member.value ?? member.position))
            } else {
                collect(member, full, &found)
            }
        }
        for (index, element) in node.elements.enumerated() { collect(element, "\(name)[\(index)]", &found) }
    }

    private static func replace(_ replacements: [(range: Range<Int>, bytes: [UInt8])], in text: String) -> String {
        var bytes = Array(text.utf8)
        for (range, replacement) in replacements.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(range, with: replacement)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
