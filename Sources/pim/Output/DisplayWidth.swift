/// How many columns of a terminal text takes.
enum DisplayWidth {
    static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.value < 0x300 { return 1 }
        if first.properties.isEmojiPresentation { return 2 }
        switch first.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd:
            return 2
        default: break
        }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }

    /// The beginning of a text, at most `width` columns of it.
    static func prefix(_ text: some StringProtocol, columns width: Int) -> String {
        var used = 0
        return String(
            text.prefix { character in
                used += of(character)
                return used <= width
            })
    }

    /// As ``prefix(_:columns:)`` for text with colours, which take no columns; they end where it is cut.
    static func cutting(_ text: String, columns width: Int) -> String {
        var used = 0
        var result = ""
        var isColoured = false
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            // By scalars: what follows a colour may combine with its last letter to one character.
            if first == "\u{1b}" {
                let end = rest.firstIndex(of: "m").map { rest.index(after: $0) } ?? rest.endIndex
                result.unicodeScalars += rest[..<end]
                rest = rest[end...]
                isColoured = true
                continue
            }
            let run = rest.prefix { $0 != "\u{1b}" }
            for character in String(run) {
                used += of(character)
                guard used <= width else { return isColoured ? result + "\u{1b}[0m" : result }
                result.append(character)
            }
            rest = rest[run.endIndex...]
        }
        return result
    }
}
