/// A key press, as a terminal tells it.
enum Key: Equatable, Sendable {
    case character(Character)
    case enter, tab, backTab, backspace, delete, escape
    case up, down, left, right, home, end, pageUp, pageDown
    /// With a letter: `control("a")`.
    case control(Character)
}

/// Turns the bytes of a terminal into keys. Bytes of an unfinished character or sequence wait for the rest.
struct KeyParser {
    /// How long a terminal may take between the pieces of a sequence.
    static let patience = Duration.milliseconds(50)

    private var pending: [UInt8] = []
    /// Longer ones are nothing a keyboard sends.
    private static let longestSequence = 16

    mutating func take(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while let first = pending.first {
            guard let count = first == 0x1b ? takeSequence(&keys) : takeCharacter(first, &keys) else { break }
            pending.removeFirst(count)
        }
        return keys
    }

    /// Whether the last key may be Esc, or the beginning of another one: a reader may get an arrow key in two pieces.
    var isUndecided: Bool { pending.first == 0x1b }

    /// Nothing has come for a while: it was Esc.
    mutating func settle() -> [Key] {
        guard isUndecided else { return [] }
        let rest = pending.dropFirst()
        pending = []
        return [.escape] + take(rest)
    }

    /// - Returns: How many bytes belong to it; `nil` when some are missing.
    private func takeCharacter(_ first: UInt8, _ keys: inout [Key]) -> Int? {
        switch first {
        case 0x0a, 0x0d: keys.append(.enter)
        case 0x09: keys.append(.tab)
        case 0x08, 0x7f: keys.append(.backspace)
        case 0x00..<0x20: keys.append(.control(Character(Unicode.Scalar(first | 0x60))))
        case 0x20..<0x80: keys.append(.character(Character(Unicode.Scalar(first))))
        default:
            let count =
                switch first {
                case 0xc2...0xdf: 2
                case 0xe0...0xef: 3
                case 0xf0...0xf4: 4
                default: 1
                }
            guard pending.count >= count else { return nil }
            guard let text = String(validating: pending.prefix(count), as: UTF8.self), let character = text.first else {
                return 1
            }
            keys.append(.character(character))
            return count
        }
        return 1
    }

    /// A sequence after ESC. One that stands alone is the key itself, if nothing comes after it: see ``settle()``.
    private func takeSequence(_ keys: inout [Key]) -> Int? {
        guard pending.count > 1 else { return nil }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else {
            keys.append(.escape)
            return 1
        }
        guard let end = pending.dropFirst(2).firstIndex(where: { 0x40...0x7e ~= $0 }) else {
            return pending.count > Self.longestSequence ? pending.count : nil
        }
        let parameters = String(decoding: pending[2..<end], as: UTF8.self)
        if let key = Self.key(final: pending[end], parameters: parameters) { keys.append(key) }
        return end + 1
    }

    private static func key(final: UInt8, parameters: String) -> Key? {
        switch (Unicode.Scalar(final), parameters.split(separator: ";").first) {
        case ("A", _): .up
        case ("B", _): .down
        case ("C", _): .right
        case ("D", _): .left
        case ("H", _), ("~", "1"), ("~", "7"): .home
        case ("F", _), ("~", "4"), ("~", "8"): .end
        case ("Z", _): .backTab
        case ("~", "3"): .delete
        case ("~", "5"): .pageUp
        case ("~", "6"): .pageDown
        default: nil
        }
    }
}
