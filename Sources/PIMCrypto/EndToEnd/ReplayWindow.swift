import PIMCore

/// Which counters under one key were opened already: the last 2048, in any order. `design/extensions.md` §5.
public struct ReplayWindow: Sendable {
    /// Counters remembered behind the highest.
    public static let width: UInt64 = 2048
    private static let words = Int(width / 64)

    private var highest: UInt64?
    /// A ring: bit `c mod 2048` says whether counter `c` of the window was opened.
    private var opened = [UInt64](repeating: 0, count: words)

    public init() {}

    /// Whether a counter was neither opened before nor is too old to tell.
    public func admits(_ counter: UInt64) -> Bool {
        guard let highest, counter <= highest else { return true }
        return highest - counter < Self.width && !isMarked(counter)
    }

    /// Notes that a frame with an admitted counter opened.
    public mutating func note(_ counter: UInt64) {
        let previous = highest ?? 0
        if highest == nil || counter > previous {
            let skipped = highest == nil ? 0 : counter - previous
            if skipped >= Self.width {
                for index in opened.indices { opened[index] = 0 }
            } else if skipped > 0 {
                for passed in (previous + 1)...counter { unmark(passed) }
            }
            highest = counter
        }
        mark(counter)
    }

    private func isMarked(_ counter: UInt64) -> Bool {
        opened[Self.word(counter)] & Self.bit(counter) != 0
    }

    private mutating func mark(_ counter: UInt64) {
        opened[Self.word(counter)] |= Self.bit(counter)
    }

    private mutating func unmark(_ counter: UInt64) {
        opened[Self.word(counter)] &= ~Self.bit(counter)
    }

    private static func word(_ counter: UInt64) -> Int { Int(counter % width / 64) }

    private static func bit(_ counter: UInt64) -> UInt64 { 1 << (counter % 64) }
}
