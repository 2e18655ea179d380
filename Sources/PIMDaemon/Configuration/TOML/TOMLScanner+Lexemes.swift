extension TOMLScanner {
    struct Key {
        var name: String
        var position: TextPosition
    }

    /// One key, or several with dots between them.
    mutating func scanKeys() -> [Key]? {
        var keys: [Key] = []
        while true {
            skipSpaces()
            let start = position
            guard let name = scanKeyPart() else { return nil }
            keys.append(Key(name: name, position: start))
            guard keys.count <= TOMLLocations.maximumDepth else {
                refusal = Refusal(
                    position: start, message: "nested more than \(TOMLLocations.maximumDepth) levels deep")
                return nil
            }
            skipSpaces()
            guard take(".") else { return keys }
        }
    }

    private mutating func scanKeyPart() -> String? {
        if peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") {
            return scanString().map { String(decoding: $0, as: UTF8.self) }
        }
        let start = offset
        while let byte = peek(), byte.isBareKeyByte { advance() }
        return offset > start ? String(decoding: bytes[start..<offset], as: UTF8.self) : nil
    }

    /// The content of a string of any of the four kinds, escapes resolved.
    mutating func scanString() -> [UInt8]? {
        guard let quote = peek() else { return nil }
        let isBasic = quote == UInt8(ascii: "\"")
        advance()
        if peek() == quote, peek(ahead: 1) == quote {
            advance()
            advance()
            return scanMultilineString(quote, isBasic: isBasic)
        }
        if take(quote) { return [] }
        var content: [UInt8] = []
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            if take(quote) { return content }
            if isBasic, byte == UInt8(ascii: "\\") {
                guard scanEscape(into: &content) else { return nil }
            } else {
                content.append(byte)
                advance()
            }
        }
        return nil
    }

    private mutating func scanMultilineString(_ quote: UInt8, isBasic: Bool) -> [UInt8]? {
        var content: [UInt8] = []
        while let byte = peek() {
            if byte == quote, peek(ahead: 1) == quote, peek(ahead: 2) == quote {
                // Up to two quotes of the content may stand directly before the three that end the string.
                var quotes = 0
                while quotes < 5, take(quote) { quotes += 1 }
                return content
            }
            if isBasic, byte == UInt8(ascii: "\\") {
                guard scanEscape(into: &content) else { return nil }
            } else {
                content.append(byte)
                advance()
            }
        }
        return nil
    }

    private mutating func scanEscape(into content: inout [UInt8]) -> Bool {
        let start = position
        advance()
        guard let letter = peek() else { return false }
        advance()
        switch letter {
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = letter == UInt8(ascii: "u") ? 4 : 8
            guard offset + digits <= bytes.count else { return false }
            let text = String(decoding: bytes[offset..<offset + digits], as: UTF8.self)
            guard let code = UInt32(text, radix: 16), let scalar = Unicode.Scalar(code) else { return false }
            guard code != 0 else {
                refusal = refusal ?? Refusal(position: start, message: "a string cannot contain the character U+0000")
                return false
            }
            for _ in 0..<digits { advance() }
            content.append(contentsOf: String(Character(scalar)).utf8)
        default:
            // A quote, a backslash, or the end of a line to be joined with the next.
            content.append(letter)
        }
        return true
    }

    // MARK: - Bytes

    func peek(ahead: Int = 0) -> UInt8? {
        offset + ahead < bytes.count ? bytes[offset + ahead] : nil
    }

    mutating func advance() {
        guard offset < bytes.count else { return }
        let byte = bytes[offset]
        if byte == 0, refusal == nil {
            refusal = Refusal(position: position, message: "the character U+0000 is not allowed")
        }
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
        while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
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
