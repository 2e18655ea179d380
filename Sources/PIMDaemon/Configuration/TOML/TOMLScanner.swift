/// Reads a TOML text: its form, its values, and where everything stands.
///
/// Made for texts from anywhere: whatever is wrong is refused with a place, nesting is bounded, and nothing else happens.
struct TOMLScanner {
    /// What is wrong with a text, and where.
    struct Refusal: Error {
        var position: TextPosition
        var message: String
    }

    let bytes: [UInt8]
    var offset = 0
    var position = TextPosition(line: 1, column: 1)
    /// A text of more keys and elements is refused: each takes memory.
    private static let maximumNodes = 100_000

    /// Counts headers.
    private var section = 0
    private var nodes = 0

    private init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// What a well-formed text says.
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
        let root = TOMLLocations(position: position, depth: 0, content: .table(.header))
        var table = root
        while true {
            skipBlank()
            guard let byte = peek() else { return root }
            let start = offset
            var pair: TOMLLocations?
            if byte == UInt8(ascii: "[") {
                section += 1
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

    // MARK: - Headers

    private mutating func scanHeader(_ root: TOMLLocations) throws(Refusal) -> TOMLLocations {
        advance()
        let isElement = take("[")
        let keys = try scanKeys()
        guard take("]"), !isElement || take("]") else { throw refuse("expected “]” after the name of a section") }
        guard let last = keys.last else { throw refuse("expected a key") }
        var table = root
        for key in keys.dropLast() { table = try enter(key, of: table) }
        table = isElement ? try appendElement(last, to: table) : try open(last, in: table)
        try checkDepth(of: table)
        return table
    }

    /// The table a header leads through.
    private func enter(_ key: Key, of table: TOMLLocations) throws(Refusal) -> TOMLLocations {
        guard let node = table.members[key.name] else {
            return table.add(key.name, at: key.position, .table(.implied))
        }
        switch node.content {
        case .table(.braces), .scalar, .list: throw key.refusal("“\(key.name)” is complete where it is written")
        case .table: return node
        case .tables:
            guard let element = node.elements.last else { throw key.refusal("“\(key.name)” has no element") }
            return element
        }
    }

    /// The table of a header.
    private func open(_ key: Key, in table: TOMLLocations) throws(Refusal) -> TOMLLocations {
        guard let node = table.members[key.name] else {
            return table.add(key.name, at: key.position, .table(.header))
        }
        guard case .table(.implied) = node.content else {
            throw key.refusal("“\(key.name)” is there already")
        }
        node.content = .table(.header)
        return node
    }

    private func appendElement(_ key: Key, to table: TOMLLocations) throws(Refusal) -> TOMLLocations {
        let list = table.members[key.name] ?? table.add(key.name, at: key.position, .tables)
        guard case .tables = list.content else { throw key.refusal("“\(key.name)” is there already") }
        return list.appendElement(at: key.position, .table(.header))
    }

    // MARK: - Pairs and values

    @discardableResult
    private mutating func scanPair(in table: TOMLLocations) throws(Refusal) -> TOMLLocations {
        let keys = try scanKeys()
        guard take("=") else { throw refuse("expected “=” after the key") }
        guard let last = keys.last else { throw refuse("expected a key") }
        var parent = table
        nodes += keys.count - 1
        for key in keys.dropLast() { parent = try enterDotted(key, of: parent) }
        guard parent.members[last.name] == nil else { throw last.refusal("“\(last.name)” is there already") }
        let node = parent.add(last.name, at: last.position, .list)
        try checkDepth(of: node)
        skipSpaces()
        try scanValue(node)
        return node
    }

    /// The table a key with dots leads through: one that such keys made in the same place, or a new one.
    private func enterDotted(_ key: Key, of table: TOMLLocations) throws(Refusal) -> TOMLLocations {
        guard let node = table.members[key.name] else {
            return table.add(key.name, at: key.position, .table(.dotted(section: section)))
        }
        switch node.content {
        case .table(.dotted(section)), .table(.implied): return node
        default: throw key.refusal("“\(key.name)” is there already and cannot be added to here")
        }
    }

    private mutating func scanValue(_ node: TOMLLocations) throws(Refusal) {
        let start = offset
        node.value = position
        switch peek() {
        case UInt8(ascii: "["):
            node.content = .list
            try scanArray(node)
        case UInt8(ascii: "{"):
            node.content = .table(.dotted(section: -1))
            try scanInlineTable(node)
            node.content = .table(.braces)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            node.content = .scalar(.string(String(decoding: try scanString(), as: UTF8.self)))
        default: node.content = .scalar(try scanPlain())
        }
        node.range = start..<offset
    }

    private mutating func scanArray(_ node: TOMLLocations) throws(Refusal) {
        advance()
        while true {
            skipBlank()
            if take("]") { return }
            let element = node.appendElement(at: position, .list)
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
    private mutating func scanPlain() throws(Refusal) -> TOMLNode.Value {
        var end = offset
        while end < bytes.count, !Self.separators.contains(bytes[end]) { end += 1 }
        while end > offset, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        let text = bytes[offset..<end]
        guard TOMLPlainValue.isValid(text) else {
            throw refuse(end > offset ? "expected a value; text needs quotes" : "expected a value")
        }
        guard let value = TOMLPlainValue.value(of: String(decoding: text, as: UTF8.self)) else {
            throw refuse("a number or date out of range")
        }
        while offset < end { advance() }
        return value
    }

    private mutating func checkDepth(of node: TOMLLocations) throws(Refusal) {
        nodes += 1
        guard nodes <= Self.maximumNodes else { throw refuse("more than \(Self.maximumNodes) keys") }
        guard node.depth <= TOMLLocations.maximumDepth else {
            throw refuse("nested more than \(TOMLLocations.maximumDepth) levels deep")
        }
    }

    private static let separators = Array(",]}#\n\r".utf8)
}

extension TOMLScanner.Key {
    fileprivate func refusal(_ message: String) -> TOMLScanner.Refusal {
        TOMLScanner.Refusal(position: position, message: message)
    }
}
