public import PIMCore

/// One neighbour, or one that should be, as `peers.list` and `status.peers` show it (`spec/rpc.md` §5.2 and its last section).
public struct PeerSummary: Codable, Sendable, Hashable {
    /// Unknown for a configured peer that never proved itself; both are empty then.
    @EmptyWhenUnknown public var nodeID: NodeID?
    public var nodeIDShort: String
    /// The configured label, else the name the peer announced.
    @ExplicitNull public var label: String?
    /// A mesh address; empty while none is known.
    public var meshIP: String
    public var transport: PeerTransport
    public var state: PeerState
    public var routeHops: Int
    /// Whole seconds since anything valid came from the peer.
    public var lastSeenSeconds: UInt64
    @ExplicitNull public var latencyMilliseconds: UInt32?
    public var isGateway: Bool
    /// Whether the peer is one of the configured `[[peers]]`.
    public var isStatic: Bool
    /// The pinned key.
    @ExplicitNull public var x25519PublicKey: X25519PublicKey?
    /// Ours: where the link leads, `ip:port`; for a configured peer without a link what the configuration says.
    @ExplicitNull public var address: String?
    /// Ours: where a second link to the peer leads, which takes over when this one falls silent; null without one.
    @ExplicitNull public var standbyAddress: String?
    /// Ours: how the link is protected (`design/extensions.md` §2); null without one.
    @ExplicitNull public var linkSecurity: LinkSecurity?
    /// Ours: what went wrong, with the state `failed`.
    @ExplicitNull public var failure: PeerFailure?

    public init(
        nodeID: NodeID?, label: String?, meshIP: String, transport: PeerTransport, state: PeerState, routeHops: Int,
        lastSeenSeconds: UInt64, latencyMilliseconds: UInt32?, isGateway: Bool, isStatic: Bool,
        x25519PublicKey: X25519PublicKey?, address: String? = nil, standbyAddress: String? = nil,
        linkSecurity: LinkSecurity? = nil, failure: PeerFailure? = nil
    ) {
        self.nodeID = nodeID
        self.nodeIDShort = nodeID?.shortDescription ?? ""
        self.label = label
        self.meshIP = meshIP
        self.transport = transport
        self.state = state
        self.routeHops = routeHops
        self.lastSeenSeconds = lastSeenSeconds
        self.latencyMilliseconds = latencyMilliseconds
        self.isGateway = isGateway
        self.isStatic = isStatic
        self.x25519PublicKey = x25519PublicKey
        self.address = address
        self.standbyAddress = standbyAddress
        self.linkSecurity = linkSecurity
        self.failure = failure
    }

    enum CodingKeys: String, CodingKey {
        case label, transport, state, address, failure
        case nodeID = "node_id"
        case nodeIDShort = "node_id_short"
        case meshIP = "mesh_ip"
        case routeHops = "route_hops"
        case lastSeenSeconds = "last_seen_s"
        case latencyMilliseconds = "latency_ms"
        case isGateway = "is_gateway"
        case isStatic = "static"
        case x25519PublicKey = "x25519_pubkey"
        case standbyAddress = "standby_address"
        case linkSecurity = "link_security"
    }
}
