/// Walks over JSON text and says where values begin and end, without building them.
///
/// An envelope needs three members of an object, one of which must be echoed exactly as it came (`1` is not `1.0`, and
/// 2⁶⁴ has no integer type), while parameters are decoded later into a type of their own. So the text is checked once,
/// strictly (RFC 8259), and members are handed out as slices.
struct JSONScanner {
    /// Why the text is not JSON.
    struct Failure: Error {
        var reason: String
        /// Byte offset in the text.
        var position: Int
    }

    /// Deeper nesting is refused: the scanner and every decoder behind it are recursive.
    static let maximumDepth = 64

    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    /// The members of the text's only value, an object, in order and with repetitions; `nil` when it is another value.
    static func members(of text: [UInt8]) throws(Failure) -> [Member]? {
        var scanner = JSONScanner(text)
        scanner.skipBlanks()
        guard scanner.current == UInt8(ascii: "{") else {
            try scanner.skipValue(depth: 0)
            try scanner.expectEnd()
            return nil
        }
        var members: [Member] = []
        try scanner.skipObject(depth: 0) { name, value in
            members.append(Member(name: text[name], value: text[value]))
        }
        try scanner.expectEnd()
        return members
    }

    /// The elements of the text's only value, an array, in order; `nil` when it is another value.
    static func elements(of text: [UInt8]) throws(Failure) -> [ArraySlice<UInt8>]? {
        var scanner = JSONScanner(text)
        scanner.skipBlanks()
        guard scanner.current == UInt8(ascii: "[") else { return nil }
        var elements: [ArraySlice<UInt8>] = []
        try scanner.skipArray(depth: 0) { elements.append(text[$0]) }
        try scanner.expectEnd()
        return elements
    }

    /// A name and a value as they stand in the text, the name with its quotes.
    struct Member {
        var name: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>
    }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    private func failure(_ reason: String) -> Failure { Failure(reason: reason, position: position) }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func expectEnd() throws(Failure) {
        skipBlanks()
        guard current == nil else { throw failure("something follows the value") }
    }

    private mutating func expect(_ byte: UInt8, _ reason: String) throws(Failure) {
        guard current == byte else { throw failure(reason) }
        position += 1
    }

    private mutating func skipValue(depth: Int) throws(Failure) {
        switch current {
        case UInt8(ascii: "{"): try skipObject(depth: depth) { _, _ in }
        case UInt8(ascii: "["): try skipArray(depth: depth) { _ in }
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        case nil: throw failure("the text ends where a value is expected")
        default: try skipNumber()
        }
    }

    private mutating func skipObject(
        depth: Int, _ member: (_ name: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(Failure) {
        guard depth < Self.maximumDepth else { throw failure("nested too deeply") }
        position += 1
        skipBlanks()
        if current == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            let nameStart = position
            guard current == UInt8(ascii: "\"") else { throw failure("a member name is expected") }
            try skipString()
            let name = nameStart..<position
            skipBlanks()
            try expect(UInt8(ascii: ":"), "a colon is expected")
            skipBlanks()
            let valueStart = position
            try skipValue(depth: depth + 1)
            member(name, valueStart..<position)
            skipBlanks()
            if current == UInt8(ascii: ",") {
                position += 1
                skipBlanks()
            } else {
                return try expect(UInt8(ascii: "}"), "a comma or a closing brace is expected")
            }
        }
    }

    private mutating func skipArray(depth: Int, _ element: (Range<Int>) -> Void) throws(Failure) {
        guard depth < Self.maximumDepth else { throw failure("nested too deeply") }
        position += 1
        skipBlanks()
        if current == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            let start = position
            try skipValue(depth: depth + 1)
            element(start..<position)
            skipBlanks()
            if current == UInt8(ascii: ",") {
                position += 1
                skipBlanks()
            } else {
                return try expect(UInt8(ascii: "]"), "a comma or a closing bracket is expected")
            }
        }
    }

    private mutating func skipString() throws(Failure) {
        position += 1
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case 0..<0x20: throw failure("a control character in a string")
            case UInt8(ascii: "\\"): try skipEscape()
            default: break
            }
        }
        throw failure("a string without an end")
    }

    private mutating func skipEscape() throws(Failure) {
        guard let escape = current else { throw failure("a string without an end") }
        position += 1
        switch escape {
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                switch current {
                case .some(0x30...0x39), .some(0x41...0x46), .some(0x61...0x66): position += 1
                default: throw failure("an escape that is none")
                }
            }
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            break
        default: throw failure("an escape that is none")
        }
    }

    private mutating func skipWord(_ word: String) throws(Failure) {
        for byte in word.utf8 { try expect(byte, "no such value") }
    }

    private mutating func skipNumber() throws(Failure) {
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        if current == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(Failure) {
        let start = position
        while let byte = current, 0x30...0x39 ~= byte { position += 1 }
        guard position > start else { throw failure("no such value") }
    }
}
