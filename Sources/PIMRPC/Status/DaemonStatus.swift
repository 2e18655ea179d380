public import PIMCore

/// The result of `status` (`spec/rpc.md` §5.1).
public struct DaemonStatus: Codable, Sendable, Hashable {
    /// `[node] name`.
    public var node: String
    public var nodeID: NodeID
    public var nodeIDShort: String
    /// The node's own static key.
    public var x25519PublicKey: X25519PublicKey
    /// `<mesh IPv4>/<prefix length>`; the same as `meshIPv4`, under the name older clients know.
    public var meshIP: String
    public var meshIPv4: String
    /// `<mesh IPv6>/<prefix length>`.
    public var meshIPv6: String
    public var interface: InterfaceStatus
    /// `client`, `relay`, `gateway`: what the node really does.
    public var role: [String]
    public var transport: TransportStatus
    public var peers: [PeerSummary]
    public var routes: RouteSummary
    public var stats: TrafficStatistics
    /// Whole seconds since the start, suspended time included.
    public var uptimeSeconds: UInt64
    /// The last value set by `route.set_split_default`.
    public var routeOn: Bool
    /// UTC text, second precision.
    public var startedAt: String
    /// Ours: version of the daemon and its process.
    @ExplicitNull public var version: String?
    @ExplicitNull public var pid: Int32?
    /// Ours: everything the mesh engine counts, by name.
    public var counters: [String: UInt64]
    /// Ours: live links on which the other end does not seal (`design/extensions.md` §2).
    public var referenceLinks: Int

    public init(
        node: String, nodeID: NodeID, x25519PublicKey: X25519PublicKey, meshIPv4: String, meshIPv6: String,
        interface: InterfaceStatus, role: [String], transport: TransportStatus, peers: [PeerSummary],
        routes: RouteSummary, stats: TrafficStatistics, uptimeSeconds: UInt64, routeOn: Bool, startedAt: String,
        version: String?, pid: Int32?, counters: [String: UInt64] = [:], referenceLinks: Int = 0
    ) {
        self.node = node
        self.nodeID = nodeID
        self.nodeIDShort = nodeID.shortDescription
        self.x25519PublicKey = x25519PublicKey
        self.meshIP = meshIPv4
        self.meshIPv4 = meshIPv4
        self.meshIPv6 = meshIPv6
        self.interface = interface
        self.role = role
        self.transport = transport
        self.peers = peers
        self.routes = routes
        self.stats = stats
        self.uptimeSeconds = uptimeSeconds
        self.routeOn = routeOn
        self.startedAt = startedAt
        self.version = version
        self.pid = pid
        self.counters = counters
        self.referenceLinks = referenceLinks
    }

    enum CodingKeys: String, CodingKey {
        case node, interface, role, transport, peers, routes, stats, version, pid, counters
        case nodeID = "node_id"
        case nodeIDShort = "node_id_short"
        case x25519PublicKey = "x25519_pubkey"
        case meshIP = "mesh_ip"
        case meshIPv4 = "mesh_ipv4"
        case meshIPv6 = "mesh_ipv6"
        case uptimeSeconds = "uptime_s"
        case routeOn = "route_on"
        case startedAt = "started_at"
        case referenceLinks = "reference_links"
    }
}
