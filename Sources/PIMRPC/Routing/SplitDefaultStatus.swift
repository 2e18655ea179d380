public import PIMCore

/// The result of `route.status`, which is ours: what of `route.set_split_default` stands on this machine.
public struct SplitDefaultStatus: Codable, Sendable, Hashable {
    /// The last value set by `route.set_split_default`.
    public var on: Bool
    /// Whether all routes are in place at this moment.
    public var enabled: Bool
    /// The interface they lead to.
    public var interface: String
    /// The next hop they name: the first host of the mesh's network.
    public var via: IPv4Address
    /// The mesh address of the gateway that traffic goes to.
    @ExplicitNull public var gateway: IPv4Address?
    /// Whether this node is a gateway, which never sends its own traffic into the mesh.
    public var isGatewayNode: Bool
    /// `routing.kill_switch`.
    public var killSwitch: Bool
    /// Whether names are resolved through the mesh.
    public var dns: Bool
    /// Why it is not as it should be; tried again every two seconds.
    @ExplicitNull public var failure: String?
    /// Why no traffic goes into the mesh although ``on`` says so and nothing failed.
    @ExplicitNull public var reason: String?

    public init(
        on: Bool, enabled: Bool, interface: String, via: IPv4Address, gateway: IPv4Address?, isGatewayNode: Bool,
        killSwitch: Bool, dns: Bool, failure: String?, reason: String? = nil
    ) {
        self.on = on
        self.enabled = enabled
        self.interface = interface
        self.via = via
        self.gateway = gateway
        self.isGatewayNode = isGatewayNode
        self.killSwitch = killSwitch
        self.dns = dns
        self.failure = failure
        self.reason = reason
    }

    /// What `pim route status` prints (`spec/scenarios.md` §0.2).
    public var line: String {
        let way = "via \(via) dev \(interface)"
        return enabled ? "pim routes: enabled \(way)" : "pim routes: disabled (expected \(way))"
    }

    enum CodingKeys: String, CodingKey {
        case on, enabled, interface, via, gateway, dns, failure, reason
        case isGatewayNode = "is_gateway_node"
        case killSwitch = "kill_switch"
    }
}
