/// A rule that chooses a routing table (`ip rule`).
public struct IPRule: Hashable, Sendable, CustomStringConvertible {
    public var family: IPFamily
    /// Rules are asked in ascending order.
    public var priority: UInt32
    /// Only packets with exactly this mark; all when `nil`.
    public var mark: UInt32?
    /// The opposite: packets that the conditions do not describe.
    public var isInverted: Bool
    /// Where to look for a route.
    public var table: UInt32
    /// Found routes with a prefix this long or shorter do not count.
    public var suppressedPrefixLength: UInt32?

    public init(
        family: IPFamily, priority: UInt32, mark: UInt32? = nil, isInverted: Bool = false, table: UInt32,
        suppressedPrefixLength: UInt32? = nil
    ) {
        self.family = family
        self.priority = priority
        self.mark = mark
        self.isInverted = isInverted
        self.table = table
        self.suppressedPrefixLength = suppressedPrefixLength
    }

    public var description: String { "rule \(priority) to table \(table)" }
}
