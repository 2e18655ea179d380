import TOMLKit

/// A TOML text, parsed, with the place of every key and value.
///
/// TOMLKit does the parsing. It never frees what it parsed, which is why the result is copied into values at once and
/// texts are bounded by their reader.
struct TOMLDocument {
    /// Why a text is not TOML: the first thing wrong with it.
    struct SyntaxError: Error {
        var position: TextPosition
        var message: String
    }

    let root: TOMLNode

    init(_ text: String) throws(SyntaxError) {
        let locations: TOMLLocations
        do {
            locations = try TOMLScanner.scan(text)
        } catch {
            throw SyntaxError(position: error.position, message: error.message)
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            throw SyntaxError(
                position: TextPosition(line: begin.line, column: begin.column), message: error.description)
        } catch {
            throw SyntaxError(position: TextPosition(line: 1, column: 1), message: "\(error)")
        }
        let bytes = Array(text.utf8)
        root = Self.table(table, locations, bytes)
    }

    private static func table(_ table: TOMLTable, _ locations: TOMLLocations?, _ text: [UInt8]) -> TOMLNode {
        var members: [String: TOMLNode] = [:]
        for key in table.keys {
            guard let value = table[key] else { continue }
            members[key] = node(value, locations?.members[key], text)
        }
        return node(.table(members), locations)
    }

    private static func node(
        _ value: any TOMLValueConvertible, _ locations: TOMLLocations?, _ text: [UInt8]
    ) -> TOMLNode {
        if let string = value.string { return node(.string(string), locations) }
        if let integer = value.int { return node(.integer(Int64(integer)), locations) }
        if let flag = value.bool { return node(.boolean(flag), locations) }
        if let number = value.double { return node(.float(number), locations) }
        if let table = value.table { return Self.table(table, locations, text) }
        if let array = value.array {
            let elements = array.enumerated().map { index, element in
                let known = locations?.elements
                return node(element, known.flatMap { index < $0.count ? $0[index] : nil }, text)
            }
            return node(.array(elements), locations)
        }
        let written = locations?.range.map { String(decoding: text[$0], as: UTF8.self) }
        return node(.date(written?.trimmingSuffix(while: \.isWhitespace) ?? value.debugDescription), locations)
    }

    private static func node(_ value: TOMLNode.Value, _ locations: TOMLLocations?) -> TOMLNode {
        let key = locations?.position ?? TextPosition(line: 1, column: 1)
        return TOMLNode(value: value, keyPosition: key, position: locations?.value ?? key)
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, predicate(last) { text.removeLast() }
        return String(text)
    }
}
