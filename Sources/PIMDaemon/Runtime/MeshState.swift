internal import PIMCore
internal import PIMNode

/// The mesh as it was at one instant, for those who ask.
struct MeshState: Sendable {
    var time: MonotonicTime
    var peers: [PeerStatus]
    var routes: [RouteStatus]
    /// Destinations that lost their way lately.
    var lostDestinations: Int
    var gateways: [GatewayStatus]
    var dials: [DialStatus]
    /// Pinned nodes that answer no offer.
    var unresponsive: [NodeID]
    /// Where nodes announce themselves.
    var discovered: [DiscoveredStatus]
    var broadcast: BroadcastStatus
    var traffic: MeshTraffic
    /// Of the control plane, the forwarder, the links and discovery.
    var counters: [MeshCounter: UInt64]

    init(of control: ControlPlane, _ traffic: MeshTraffic, at time: MonotonicTime) {
        self.time = time
        self.traffic = traffic
        peers = control.connectedPeers
        routes = control.routes
        lostDestinations = control.lostDestinations
        gateways = control.reachableGateways
        dials = control.dialTargets
        unresponsive = control.unresponsiveNodes
        discovered = control.discovered(at: time)
        broadcast = control.broadcast
        counters = control.counters.merging(traffic.counters, uniquingKeysWith: +)
        self.traffic.include(refused: counters[.controlOverLimit] ?? 0, as: .controlOverLimit)
    }
}
