extension TOMLScanner {
    struct Key {
        var name: String
        var position: TextPosition
    }

    /// One key, or several with dots between them.
    mutating func scanKeys() throws(Refusal) -> [Key] {
        var keys: [Key] = []
        repeat {
            skipSpaces()
            guard keys.count < TOMLLocations.maximumDepth else {
                throw refuse("nested more than \(TOMLLocations.maximumDepth) levels deep")
            }
            let start = position
            keys.append(Key(name: try scanKeyPart(), position: start))
            skipSpaces()
        } while take(".")
        return keys
    }

    private mutating func scanKeyPart() throws(Refusal) -> String {
        if let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            if peek(ahead: 1) == quote, peek(ahead: 2) == quote { throw refuse("a key is one line") }
            return String(decoding: try scanString(), as: UTF8.self)
        }
        let start = offset
        while let byte = peek(), byte.isBareKeyByte { advance() }
        guard offset > start else { throw refuse("expected a key") }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// The content of a string of any of the four kinds, escapes resolved.
    mutating func scanString() throws(Refusal) -> [UInt8] {
        guard let quote = peek() else { throw refuse("expected a string") }
        let start = position
        advance()
        let isMultiline = peek() == quote && peek(ahead: 1) == quote
        if isMultiline {
            advance()
            advance()
            // A line end directly behind the quotes is not part of the text.
            _ = skipNewline()
        }
        var content: [UInt8] = []
        while let byte = peek(), isMultiline || byte != UInt8(ascii: "\n") {
            if byte == quote {
                guard isMultiline else {
                    advance()
                    return content
                }
                if takesEnd(of: quote, into: &content) { return content }
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try scanEscape(into: &content, isMultiline: isMultiline)
            } else if Self.isControl(byte), !(isMultiline && startsNewline()) {
                throw refuse("a control character in a string; write it as an escape")
            } else {
                content.append(byte)
                advance()
            }
        }
        throw Refusal(position: start, message: "this string has no end")
    }

    /// Takes the three quotes that end a string of several lines. Up to two quotes of its content may stand directly
    /// before them.
    private mutating func takesEnd(of quote: UInt8, into content: inout [UInt8]) -> Bool {
        guard peek(ahead: 1) == quote, peek(ahead: 2) == quote else { return false }
        var quotes = 0
        while quotes < 5, take(quote) { quotes += 1 }
        content.append(contentsOf: repeatElement(quote, count: quotes - 3))
        return true
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7F }

    private func startsNewline() -> Bool {
        peek() == UInt8(ascii: "\n") || (peek() == UInt8(ascii: "\r") && peek(ahead: 1) == UInt8(ascii: "\n"))
    }

    private mutating func scanEscape(into content: inout [UInt8], isMultiline: Bool) throws(Refusal) {
        let unknown = refuse("unknown escape in a string")
        advance()
        guard let letter = peek() else { throw unknown }
        advance()
        switch letter {
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = letter == UInt8(ascii: "u") ? 4 : 8
            let digits = String(decoding: bytes[offset...].prefix(count), as: UTF8.self)
            guard digits.utf8.count == count, digits.utf8.allSatisfy({ $0.isBareKeyByte }),
                let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
            else { throw unknown }
            guard code != 0 else {
                throw Refusal(position: unknown.position, message: "a string cannot contain the character U+0000")
            }
            for _ in 0..<count { advance() }
            content.append(contentsOf: String(Character(scalar)).utf8)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): content.append(letter)
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            // The end of a line, to be joined with the next text.
            guard isMultiline, joinsLines(after: letter) else { throw unknown }
        default: throw unknown
        }
    }

    /// Skips white space up to the next text, if there is a line end in it.
    private mutating func joinsLines(after first: UInt8) -> Bool {
        var hasNewline = first == UInt8(ascii: "\n")
        if first == UInt8(ascii: "\r"), !take("\n") { return false }
        if first == UInt8(ascii: "\r") { hasNewline = true }
        while true {
            skipSpaces()
            guard skipNewline() else { return hasNewline }
            hasNewline = true
        }
    }

    // MARK: - Bytes

    func peek(ahead: Int = 0) -> UInt8? {
        offset + ahead < bytes.count ? bytes[offset + ahead] : nil
    }

    mutating func advance() {
        guard offset < bytes.count else { return }
        let byte = bytes[offset]
        offset += 1
        if byte == UInt8(ascii: "\n") {
            position = TextPosition(line: position.line + 1, column: 1)
        } else if byte & 0xC0 != 0x80 {
            // Bytes that continue a scalar move no column; the one that begins it did.
            position.column += 1
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        advance()
        return true
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        take(UInt8(ascii: character))
    }

    mutating func skipSpaces() {
        while take(" ") || take("\t") {}
    }

    mutating func skipComment() {
        guard peek() == UInt8(ascii: "#") else { return }
        while let byte = peek(), byte != UInt8(ascii: "\n"), !(Self.isControl(byte) && !startsNewline()) { advance() }
    }

    mutating func skipNewline() -> Bool {
        if peek() == UInt8(ascii: "\r"), peek(ahead: 1) == UInt8(ascii: "\n") { advance() }
        return take("\n")
    }

    mutating func skipBlank() {
        repeat {
            skipSpaces()
            skipComment()
        } while skipNewline()
    }
}

extension UInt8 {
    /// Whether a key that needs no quotes may contain this byte.
    var isBareKeyByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
