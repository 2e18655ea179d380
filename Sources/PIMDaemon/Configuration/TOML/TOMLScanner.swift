/// Finds out where the keys and values of a TOML text stand. The parser proper does not tell.
///
/// It also refuses, before the parser sees them, the two things the parser would get wrong: characters with code 0,
/// at which it would cut the text or a string, and nesting without a bound. Any other malformed text it leaves to the
/// parser: it stops there without a word.
struct TOMLScanner {
    let bytes: [UInt8]
    var offset = 0
    var position = TextPosition(line: 1, column: 1)
    let root = TOMLLocations(position: TextPosition(line: 1, column: 1), depth: 0)
    /// What is to be refused.
    var refusal: Refusal?

    private static let separators = Array(",]}#\n\r".utf8)

    struct Refusal: Error {
        var position: TextPosition
        var message: String
    }

    private init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The locations of a text that is handed to the parser next.
    static func scan(_ text: String) throws(Refusal) -> TOMLLocations {
        var scanner = TOMLScanner(text)
        scanner.scanDocument()
        if let refusal = scanner.refusal { throw refusal }
        return scanner.root
    }

    private mutating func scanDocument() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        var table = root
        while true {
            skipBlank()
            guard let byte = peek() else { return }
            if byte == UInt8(ascii: "[") {
                guard let next = scanHeader() else { break }
                table = next
            } else {
                guard scanPair(in: table) else { break }
            }
            skipSpaces()
            skipComment()
            guard peek() == nil || skipNewline() else { break }
        }
        // Where the scan ended early the parser will say why, unless a cut text would look complete to it.
        while refusal == nil, offset < bytes.count { advance() }
    }

    private mutating func scanHeader() -> TOMLLocations? {
        advance()
        let isElement = take("[")
        guard let keys = scanKeys(), let last = keys.last, take("]"), !isElement || take("]") else { return nil }
        var table = root
        for key in keys.dropLast() {
            table = table.member(key.name, at: key.position)
            if table.isArrayOfTables, let element = table.elements.last { table = element }
        }
        table = table.member(last.name, at: last.position)
        if isElement {
            table.isArrayOfTables = true
            table = table.appendElement(at: last.position)
        }
        return checkDepth(of: table) ? table : nil
    }

    private mutating func scanPair(in table: TOMLLocations) -> Bool {
        guard let keys = scanKeys(), take("=") else { return false }
        var node = table
        for key in keys { node = node.member(key.name, at: key.position) }
        skipSpaces()
        return checkDepth(of: node) && scanValue(node)
    }

    private mutating func scanValue(_ node: TOMLLocations) -> Bool {
        let start = offset
        node.value = position
        let understood: Bool
        switch peek() {
        case UInt8(ascii: "["): understood = scanArray(node)
        case UInt8(ascii: "{"): understood = scanInlineTable(node)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): understood = scanString() != nil
        default: understood = scanPlain()
        }
        node.range = start..<offset
        return understood
    }

    private mutating func scanArray(_ node: TOMLLocations) -> Bool {
        advance()
        while true {
            skipBlank()
            if take("]") { return true }
            let element = node.appendElement(at: position)
            guard checkDepth(of: element), scanValue(element) else { return false }
            skipBlank()
            guard take(",") || peek() == UInt8(ascii: "]") else { return false }
        }
    }

    private mutating func scanInlineTable(_ node: TOMLLocations) -> Bool {
        advance()
        skipSpaces()
        if take("}") { return true }
        while true {
            guard scanPair(in: node) else { return false }
            skipSpaces()
            if take("}") { return true }
            guard take(",") else { return false }
            skipSpaces()
        }
    }

    /// A number, a truth value or a date: whatever goes on to a separator, blanks at its end included.
    private mutating func scanPlain() -> Bool {
        let start = offset
        while let byte = peek(), !Self.separators.contains(byte) { advance() }
        return offset > start
    }

    private mutating func checkDepth(of node: TOMLLocations) -> Bool {
        guard node.depth > TOMLLocations.maximumDepth else { return true }
        refusal = Refusal(
            position: position, message: "nested more than \(TOMLLocations.maximumDepth) levels deep")
        return false
    }
}
