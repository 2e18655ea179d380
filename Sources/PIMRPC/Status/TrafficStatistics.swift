/// `status.stats`, all since the start.
public struct TrafficStatistics: Codable, Sendable, Hashable {
    /// From the interface into the mesh, plus relayed.
    public var forwardedBytes: UInt64
    public var forwardedPackets: UInt64
    public var dropped: UInt64
    /// The most frequent reason, if anything was dropped.
    @ExplicitNull public var droppedReason: String?
    public var congestionDrops: UInt64
    public var conntrackSize: Int

    public init(
        forwardedBytes: UInt64, forwardedPackets: UInt64, dropped: UInt64, droppedReason: String? = nil,
        congestionDrops: UInt64, conntrackSize: Int = 0
    ) {
        self.forwardedBytes = forwardedBytes
        self.forwardedPackets = forwardedPackets
        self.dropped = dropped
        self.droppedReason = droppedReason
        self.congestionDrops = congestionDrops
        self.conntrackSize = conntrackSize
    }

    enum CodingKeys: String, CodingKey {
        case dropped
        case forwardedBytes = "forwarded_bytes"
        case forwardedPackets = "forwarded_packets"
        case droppedReason = "dropped_reason"
        case congestionDrops = "congestion_drops"
        case conntrackSize = "conntrack_size"
    }
}
