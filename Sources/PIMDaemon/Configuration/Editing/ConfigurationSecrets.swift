internal import PIMCore
internal import PIMRPC

/// Hides the secrets of a configuration text from whoever reads it, and puts them back when the text returns
/// (`spec/config.md` §11.3).
///
/// A secret is the value of a key with a telling name, wherever it stands: `mesh.passphrase`, and what sections of plugins and
/// retired keys call so. Comments are shown as they are.
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
        let masks = secrets(in: root).filter(\.isMask)
        let originalBytes = Array(original.utf8)
        let originalRoot = try? TOMLScanner.scan(original)
        let known = Dictionary(
            (originalRoot.map(secrets) ?? []).map { ($0.key, $0.range) }, uniquingKeysWith: { first, _ in first })
        // Elements of a list have no names: only in one that is as it was it is clear whose secret a mask stands for.
        let maskedOriginal = try? TOMLDocument(masked(original).text)
        let fresh = try? TOMLDocument(text)
        var replacements: [(Range<Int>, [UInt8])] = []
        var problems: [ConfigurationProblem] = []
        for secret in masks {
            if let range = known[secret.key], secret.isInList(sameIn: fresh, as: maskedOriginal) {
                replacements.append((secret.range, Array(originalBytes[range])))
            } else {
                problems.append(
                    ConfigurationProblem(
                        .error, file: path, position: secret.position, key: secret.key,
                        message: "\(ConfigGetResult.mask) stands for no secret of the file here; write it out"))
            }
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        return replace(replacements, in: text)
    }

    private struct Secret {
        var key: String
        var range: Range<Int>
        var position: TextPosition
        var isMask: Bool

        /// Whether the secret stands in no list, or in one that is the same in both documents.
        func isInList(sameIn fresh: TOMLDocument?, as original: TOMLDocument?) -> Bool {
            guard let bracket = key.firstIndex(of: "[") else { return true }
            let path = key[..<bracket].split(separator: ".").map(String.init)
            func list(_ document: TOMLDocument?) -> JSONValue? {
                path.reduce(document?.root) { node, name in
                    guard case .table(let members)? = node?.value else { return nil }
                    return members[name]
                }.flatMap(JSONValue.init)
            }
            let present = list(fresh)
            return present != nil && present == list(original)
        }
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
                var isMask = false
                if case .scalar(.string(ConfigGetResult.mask)) = member.content { isMask = true }
                found.append(
                    Secret(key: full, range: range, position: member.value ?? member.position, isMask: isMask))
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
