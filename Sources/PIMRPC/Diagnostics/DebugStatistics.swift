/// The eight counters of the statistics file, in its order (`spec/cli.md` §7.2).
public struct DebugStatistics: Codable, Sendable, Hashable {
    public var peers: UInt64
    public var routes: UInt64
    public var packetsForwarded: UInt64
    public var bytesForwarded: UInt64
    public var packetsDropped: UInt64
    public var congestionDrops: UInt64
    public var conntrackSize: UInt64
    public var uptimeSeconds: UInt64

    public init(
        peers: UInt64, routes: UInt64, packetsForwarded: UInt64, bytesForwarded: UInt64, packetsDropped: UInt64,
        congestionDrops: UInt64, conntrackSize: UInt64, uptimeSeconds: UInt64
    ) {
        self.peers = peers
        self.routes = routes
        self.packetsForwarded = packetsForwarded
        self.bytesForwarded = bytesForwarded
        self.packetsDropped = packetsDropped
        self.congestionDrops = congestionDrops
        self.conntrackSize = conntrackSize
        self.uptimeSeconds = uptimeSeconds
    }

    /// Names and values as the statistics file has them.
    public var pairs: [(name: String, value: UInt64)] {
        [
            (CodingKeys.peers, peers), (.routes, routes), (.packetsForwarded, packetsForwarded),
            (.bytesForwarded, bytesForwarded), (.packetsDropped, packetsDropped), (.congestionDrops, congestionDrops),
            (.conntrackSize, conntrackSize), (.uptimeSeconds, uptimeSeconds),
        ].map { ($0.0.rawValue, $0.1) }
    }

    enum CodingKeys: String, CodingKey {
        case peers, routes
        case packetsForwarded = "packets_forwarded"
        case bytesForwarded = "bytes_forwarded"
        case packetsDropped = "packets_dropped"
        case congestionDrops = "congestion_drops"
        case conntrackSize = "conntrack_size"
        case uptimeSeconds = "uptime_secs"
    }
}
