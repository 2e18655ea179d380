public import PIMCore
public import PIMWire

/// What the control plane has to know beyond its identity.
public struct ControlConfiguration: Sendable {
    /// `node.name`, announced in PeerInfo and cut to 255 bytes there.
    public var name: String
    /// `[[peers]]`, to which links are kept.
    public var targets: [DialTarget]
    /// Whether frames for other nodes are forwarded and their routes advertised (`design/decisions.md` 12).
    public var relays: Bool
    /// Whether this node is advertised as a way out of the mesh. Only a build that can be one says so
    /// (`design/decisions.md` 13).
    public var isGateway: Bool
    /// The networks every node's addresses are derived in.
    public var meshPrefixes: MeshPrefixes
    /// Whether this node has an interface with its mesh address; otherwise its own route entry says 0.0.0.0
    /// (`design/decisions.md` 11).
    public var hasInterface: Bool
    /// `routing.max_hops`; never more than 9 are used, as far as a frame gets.
    public var maximumHops: UInt8
    public var authorization: AuthorizationPolicy
    /// Nodes the operator revoked; later changes come as requests.
    public var revoked: Set<NodeID>
    /// What this node announces that it understands (`design/extensions.md` §1).
    public var features: FeatureSet
    public var referencePeers: ReferencePolicy
    /// What the peer directory holds at the start; later changes come as effects and requests.
    public var known: [NodeID: KnownPeer]
    public var announcements: AnnouncementPolicy
    /// What is made of nodes that announce themselves nearby.
    public var discovery: DiscoveryPolicy
    public var timing: ControlTiming
    public var limits: ControlLimits

    public init(
        name: String = "", targets: [DialTarget] = [], relays: Bool = true, isGateway: Bool = false,
        meshPrefixes: MeshPrefixes = MeshPrefixes(), hasInterface: Bool = false, maximumHops: UInt8 = 9,
        authorization: AuthorizationPolicy = .allowAll, revoked: Set<NodeID> = [],
        features: FeatureSet = [.sealedLinks, .sessions],
        referencePeers: ReferencePolicy = .allow, known: [NodeID: KnownPeer] = [:],
        announcements: AnnouncementPolicy = AnnouncementPolicy(), discovery: DiscoveryPolicy = DiscoveryPolicy(),
        timing: ControlTiming = ControlTiming(), limits: ControlLimits = ControlLimits()
    ) {
        self.name = name
        self.targets = targets
        self.relays = relays
        self.isGateway = isGateway
        self.meshPrefixes = meshPrefixes
        self.hasInterface = hasInterface
        self.maximumHops = maximumHops
        self.authorization = authorization
        self.revoked = revoked
        self.features = features.effective
        self.referencePeers = referencePeers
        self.known = known
        self.announcements = announcements
        self.discovery = discovery
        self.timing = timing
        self.limits = limits
    }
}
