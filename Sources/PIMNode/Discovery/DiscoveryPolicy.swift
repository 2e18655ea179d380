import PIMWire

/// What this node makes of the nodes that announce themselves nearby (`spec/discovery.md` §7, `spec/config.md` §3.3).
public struct DiscoveryPolicy: Sendable, Hashable {
    /// `discovery.connect_relays`.
    public var connectsRelays: Bool
    /// `discovery.connect_gateways`.
    public var connectsGateways: Bool
    /// Whether this node announces itself as one that is dialled: of two such nodes one may wait for the other.
    public var isDialable: Bool
    /// `discovery.peer_timeout_ms`: an address nobody announced for longer is forgotten.
    public var timeout: Duration
    /// `transport.max_reconnect_attempts`: how often in a row an address is tried at the common pace.
    public var maximumAttempts: Int
    /// How long an address where a node was reached once is tried again when the link is lost, announced or not
    /// (`[transport.peer_cleanup]`).
    public var memory: Duration
    public var limits: DiscoveryLimits

    public init(
        connectsRelays: Bool = true, connectsGateways: Bool = true, isDialable: Bool = false,
        timeout: Duration = .seconds(30), maximumAttempts: Int = 20, memory: Duration = .seconds(604_800),
        limits: DiscoveryLimits = DiscoveryLimits()
    ) {
        self.connectsRelays = connectsRelays
        self.connectsGateways = connectsGateways
        self.isDialable = isDialable
        self.timeout = timeout
        self.maximumAttempts = maximumAttempts
        self.memory = memory
        self.limits = limits
    }

    /// Whether a node of these roles is dialled. One that is a client only dials by itself.
    func wants(_ roles: BeaconRoles) -> Bool {
        if roles.contains(.gateway) { return connectsGateways }
        return roles.contains(.relay) && connectsRelays
    }
}

/// The bounds on what beacons, which anybody on the network can forge, make this node hold and do (§12.3).
public struct DiscoveryLimits: Sendable, Hashable {
    /// Nodes remembered.
    public var nodes = 1024
    /// Addresses remembered for one node.
    public var addressesPerNode = 4
    /// Addresses remembered under one source, over all nodes.
    public var addressesPerSource = 8
    /// Attempts under way.
    public var attempts = 16
    /// The same to one source.
    public var attemptsPerSource = 2
    /// Attempts started a second, after a burst of four times as many.
    public var attemptsPerSecond = 4.0
    /// Attempts to one source a second, after a burst of ``addressesPerSource``.
    public var attemptsPerSecondAndSource = 0.25
    /// The delay before the second attempt to one address; it doubles with every further one.
    public var firstRedial: Duration = .seconds(1)
    public var longestRedial: Duration = .seconds(60)
    /// The delay once the attempts of the policy are used up, as long as the address is announced (§12.5).
    public var exhaustedRedial: Duration = .seconds(600)
    /// How long the greater NodeID of two nodes that would dial each other leaves it to the other.
    public var courtesy: Duration = .milliseconds(500)

    public init() {}
}
