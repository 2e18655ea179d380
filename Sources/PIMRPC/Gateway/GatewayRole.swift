public import PIMCore

/// The result of `gateway.status`: this node as a gateway.
public struct GatewayRole: Codable, Sendable, Hashable {
    /// Flows in use and how many there may be.
    public struct Conntrack: Codable, Sendable, Hashable {
        public var used: UInt32
        public var max: UInt32
        /// `gateway`: flows through this gateway, of `gateway.max_connections`. `host`: the kernel does not list flows, so
        /// these are all of the host, of what the kernel can hold.
        public var scope: String

        public init(used: UInt32, max: UInt32, scope: String) {
            self.used = used
            self.max = max
            self.scope = scope
        }
    }

    /// What passes. *In* is from outside into the mesh.
    public struct Throughput: Codable, Sendable, Hashable {
        /// Bits per second.
        public var inBitsPerSecond: UInt64
        public var outBitsPerSecond: UInt64
        /// Bytes since the gateway was enabled.
        public var inTotalBytes: UInt64
        public var outTotalBytes: UInt64

        public init(
            inBitsPerSecond: UInt64, outBitsPerSecond: UInt64, inTotalBytes: UInt64, outTotalBytes: UInt64
        ) {
            self.inBitsPerSecond = inBitsPerSecond
            self.outBitsPerSecond = outBitsPerSecond
            self.inTotalBytes = inTotalBytes
            self.outTotalBytes = outTotalBytes
        }

        enum CodingKeys: String, CodingKey {
            case inBitsPerSecond = "in_bps"
            case outBitsPerSecond = "out_bps"
            case inTotalBytes = "in_total_bytes"
            case outTotalBytes = "out_total_bytes"
        }
    }

    /// Whether packets of the mesh leave by this node.
    public var active: Bool
    /// `null` when this node is not meant to be a gateway.
    @ExplicitNull public var natInterface: String?
    /// Prefixes outside of the mesh that are reached through this node.
    public var advertisedRoutes: [String]
    /// Why it is not active although it is meant to be.
    @ExplicitNull public var reason: String?
    @ExplicitNull public var conntrack: Conntrack?
    @ExplicitNull public var throughput: Throughput?
    /// Nodes that have flows through this gateway; `null` when the kernel does not list flows.
    @ExplicitNull public var peersThroughMe: Int?
    /// Those among them that are known by their address.
    @ExplicitNull public var peersThroughMeIDs: [NodeID]?
    /// UTC text, see ``RPCTimestamp``.
    @ExplicitNull public var enabledAt: String?
    /// Packets that were not let through, by reason: `over_limit`, `denied`, …
    public var dropped: [String: UInt64]

    public init(
        active: Bool, natInterface: String?, advertisedRoutes: [String] = [], reason: String? = nil,
        conntrack: Conntrack? = nil, throughput: Throughput? = nil, peersThroughMeIDs: [NodeID]? = nil,
        peersThroughMe: Int? = nil, enabledAt: String? = nil, dropped: [String: UInt64] = [:]
    ) {
        self.active = active
        self.natInterface = natInterface
        self.advertisedRoutes = advertisedRoutes
        self.reason = reason
        self.conntrack = conntrack
        self.throughput = throughput
        self.peersThroughMe = peersThroughMe
        self.peersThroughMeIDs = peersThroughMeIDs
        self.enabledAt = enabledAt
        self.dropped = dropped
    }

    enum CodingKeys: String, CodingKey {
        case active, reason, conntrack, throughput, dropped
        case natInterface = "nat_interface"
        case advertisedRoutes = "advertised_routes"
        case peersThroughMe = "peers_through_me"
        case peersThroughMeIDs = "peers_through_me_ids"
        case enabledAt = "enabled_at"
    }
}
