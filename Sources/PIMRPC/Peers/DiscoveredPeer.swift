public import PIMCore

/// A node that announced itself nearby (`peers.discovered` and `peers.event`).
public struct DiscoveredPeer: Codable, Sendable, Hashable {
    @ExplicitNull public var nodeID: NodeID?
    /// `ip:port` of the announced listener.
    public var address: String
    /// `broadcast`, `bluetooth` or `wifi_direct`.
    public var mechanism: String
    /// Seconds ago.
    public var firstSeenSeconds: UInt64
    public var lastSeenSeconds: UInt64
    /// What the node calls itself, once it has introduced itself: announcements carry no name.
    @ExplicitNull public var labelAnnounced: String?
    /// `client`, `relay`, `gateway`, as announced.
    public var roles: [String]?
    /// Whether a session with the node stands, over this address or another one.
    public var isConnected: Bool?

    public init(
        nodeID: NodeID?, address: String, mechanism: String, firstSeenSeconds: UInt64, lastSeenSeconds: UInt64,
        labelAnnounced: String? = nil, roles: [String]? = nil, isConnected: Bool? = nil
    ) {
        self.nodeID = nodeID
        self.address = address
        self.mechanism = mechanism
        self.firstSeenSeconds = firstSeenSeconds
        self.lastSeenSeconds = lastSeenSeconds
        self.labelAnnounced = labelAnnounced
        self.roles = roles
        self.isConnected = isConnected
    }

    enum CodingKeys: String, CodingKey {
        case address, mechanism, roles
        case nodeID = "node_id"
        case firstSeenSeconds = "first_seen_s"
        case lastSeenSeconds = "last_seen_s"
        case labelAnnounced = "label_announced"
        case isConnected = "connected"
    }
}
