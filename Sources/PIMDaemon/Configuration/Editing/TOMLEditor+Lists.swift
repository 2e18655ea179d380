internal import PIMCore

/// Lists of tables: `[[peers]]`.
extension TOMLEditor {
    /// Adds an element to the end of a list of tables, at the end of the text.
    ///
    /// - Throws: Category `config` when the text is no TOML, or writes the list in brackets.
    static func append(
        to list: String, _ pairs: [(key: String, value: TOMLLiteral)], in text: String
    ) throws(PIMError) -> String {
        let before = try elements(of: list, in: text)
        let separator = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
        let lines = pairs.map { "\($0.key) = \($0.value.text)\n" }.joined()
        let result = text + "\(separator)\n[[\(list)]]\n\(lines)"
        guard try elements(of: list, in: result).count == before.count + 1 else { throw byHand(list) }
        return result
    }

    /// Takes elements out of a list of tables. Comments above their headers stay.
    ///
    /// - Throws: Category `config` when the text is no TOML, or writes the list in a way that has to be edited by hand.
    static func remove(
        elements indices: Set<Int>, of list: String, in text: String
    ) throws(PIMError) -> String {
        let before = try elements(of: list, in: text)
        let locations = try scan(text).members[list]?.elements ?? []
        var bytes = Array(text.utf8)
        for index in indices.sorted(by: >) {
            guard index < locations.count, let extent = locations[index].extent else { throw byHand(list) }
            bytes.removeSubrange(extent)
        }
        let result = String(decoding: bytes, as: UTF8.self)
        let rest = before.enumerated().filter { !indices.contains($0.offset) }.map(\.element)
        guard try elements(of: list, in: result) == rest else { throw byHand(list) }
        return result
    }

    /// What the elements say, for comparing.
    private static func elements(of list: String, in text: String) throws(PIMError) -> [JSONValue?] {
        let document: TOMLDocument
        do throws(TOMLDocument.SyntaxError) {
            document = try TOMLDocument(text)
        } catch {
            throw byHand(list)
        }
        guard case .table(let members) = document.root.value, let node = members[list] else { return [] }
        guard case .array(let elements) = node.value else { throw byHand(list) }
        return elements.map(JSONValue.init)
    }

    private static func byHand(_ list: String) -> PIMError {
        PIMError(.config, "\(list) is written in a way that has to be edited by hand")
    }
}
