/// Finds out where the keys and values of a TOML text stand. The parser proper does not tell.
///
/// It is the parser's guard as well, for the parser is not made for texts from anywhere: on some malformed ones it ends
/// the process by an assertion, at a character with code 0 it cuts a text or a string, and it nests without a bound. So
/// everything that is wrong with the form of a text is refused here, and the parser sees none of it. What remains to it
/// is the meaning: duplicate keys, impossible dates, numbers too large.
struct TOMLScanner {
    /// What is wrong with a text, and where.
    struct Refusal: Error {
        var position: TextPosition
        var message: String
    }

    let bytes: [UInt8]
    var offset = 0
    var position = TextPosition(line: 1, column: 1)

    private init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The locations of a well-formed text.
    static func scan(_ text: String) throws(Refusal) -> TOMLLocations {
        var scanner = TOMLScanner(text)
        return try scanner.scanDocument()
    }

    func refuse(_ message: String) -> Refusal {
        Refusal(position: position, message: message)
    }

    private mutating func scanDocument() throws(Refusal) -> TOMLLocations {
        if let zero = bytes.firstIndex(of: 0) {
            while offset < zero { advance() }
            throw refuse("the character U+0000 is not allowed")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        let root = TOMLLocations(position: position, depth: 0)
        var table = root
        while true {
            skipBlank()
            guard let byte = peek() else { return root }
            let start = offset
            var pair: TOMLLocations?
            if byte == UInt8(ascii: "[") {
                table = try scanHeader(root)
                table.extent = start..<start
            } else {
                pair = try scanPair(in: table)
            }
            skipSpaces()
            skipComment()
            guard peek() == nil || skipNewline() else { throw refuse("expected the end of the line") }
            pair?.line = start..<offset
            if table !== root {
                table.insertionOffset = offset
                table.extent = table.extent.map { $0.lowerBound..<offset }
            }
        }
    }

    private mutating func scanHeader(_ root: TOMLLocations) throws(Refusal) -> TOMLLocations {
        advance()
        let isElement = take("[")
        let keys = try scanKeys()
        guard take("]"), !isElement || take("]") else { throw refuse("expected “]” after the name of a section") }
        var table = root
        for (index, key) in keys.enumerated() {
            table = table.member(key.name, at: key.position)
            // A header goes on from the last element, and does not begin a new one by its way.
            if index < keys.count - 1, table.isArrayOfTables, let element = table.elements.last { table = element }
        }
        if isElement {
            table.isArrayOfTables = true
            table = table.appendElement(at: keys.last?.position ?? position)
        }
        try checkDepth(of: table)
        return table
    }

    @discardableResult
    private mutating func scanPair(in table: TOMLLocations) throws(Refusal) -> TOMLLocations {
        let keys = try scanKeys()
        guard take("=") else { throw refuse("expected “=” after the key") }
        var node = table
        for key in keys { node = node.member(key.name, at: key.position) }
        try checkDepth(of: node)
        skipSpaces()
        try scanValue(node)
        return node
    }

    private mutating func scanValue(_ node: TOMLLocations) throws(Refusal) {
        let start = offset
        node.value = position
        switch peek() {
        case UInt8(ascii: "["): try scanArray(node)
        case UInt8(ascii: "{"): try scanInlineTable(node)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = try scanString()
        default: try scanPlain()
        }
        node.range = start..<offset
    }

    private mutating func scanArray(_ node: TOMLLocations) throws(Refusal) {
        advance()
        while true {
            skipBlank()
            if take("]") { return }
            let element = node.appendElement(at: position)
            try checkDepth(of: element)
            try scanValue(element)
            skipBlank()
            guard take(",") || peek() == UInt8(ascii: "]") else { throw refuse("expected “,” or “]”") }
        }
    }

    private mutating func scanInlineTable(_ node: TOMLLocations) throws(Refusal) {
        advance()
        skipSpaces()
        if take("}") { return }
        while true {
            try scanPair(in: node)
            skipSpaces()
            if take("}") { return }
            guard take(",") else { throw refuse("expected “,” or “}”") }
        }
    }

    /// A number, a truth value or a date.
    private mutating func scanPlain() throws(Refusal) {
        var end = offset
        while end < bytes.count, !Self.separators.contains(bytes[end]) { end += 1 }
        while end > offset, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        guard TOMLPlainValue.isValid(bytes[offset..<end]) else {
            throw refuse(end > offset ? "expected a value; text needs quotes" : "expected a value")
        }
        while offset < end { advance() }
    }

    private func checkDepth(of node: TOMLLocations) throws(Refusal) {
        guard node.depth <= TOMLLocations.maximumDepth else {
            throw refuse("nested more than \(TOMLLocations.maximumDepth) levels deep")
        }
    }

    private static let separators = Array(",]}#\n\r".utf8)
}
