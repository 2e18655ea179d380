internal import PIMCore

/// What the default route through the mesh looks like from outside.
struct RouteSettings: Sendable {
    /// The TUN device.
    var interface: String
    /// The next hop that the routes name: the first host of the mesh's network.
    var via: IPv4Address
    /// Whether this node is a gateway now, which never sends its own traffic into the mesh.
    var isGatewayNode: @Sendable () -> Bool
    /// `routing.kill_switch`.
    var hasKillSwitch: Bool
    /// How long after a failure it is tried again.
    var retryInterval: Duration = .seconds(2)
}
