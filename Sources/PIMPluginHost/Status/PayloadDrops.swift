public import PIMCore

/// Payloads that never reached a handler.
public struct PayloadDrops: Sendable, Hashable {
    public var total: UInt64
    /// Counts by reason; a reason that never occurred is absent.
    public var byReason: [DropReason: UInt64]
    /// The sources that lost the most, most first; a bounded table that names everybody who caused more than one in
    /// sixteen of all drops.
    public var topSources: [SourceDrops]

    public init(total: UInt64 = 0, byReason: [DropReason: UInt64] = [:], topSources: [SourceDrops] = []) {
        self.total = total
        self.byReason = byReason
        self.topSources = topSources
    }
}

/// What one source lost.
public struct SourceDrops: Sendable, Hashable {
    public var source: NodeID
    /// At least so many of its payloads were dropped.
    public var dropped: UInt64
    /// Of its payloads, so many wait now.
    public var queued: Int

    public init(source: NodeID, dropped: UInt64, queued: Int = 0) {
        self.source = source
        self.dropped = dropped
        self.queued = queued
    }
}
