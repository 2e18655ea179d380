internal import PIMCore
internal import PIMHost
internal import PIMRPC
internal import ServiceLifecycle

/// Announces this node and listens for others, until the daemon ends.
struct DiscoveryService: Service {
    let discovery: DiscoveryRuntime

    func run() async throws {
        await discovery.start()
        try? await gracefulShutdown()
        await discovery.stop()
    }
}

/// A node that announced itself at an address it was not known at.
struct DiscoveredNodeAddress: Sendable {
    var node: NodeID
    var address: String
}

/// Publishes `peers.event` for nodes that announce themselves (`spec/rpc.md` §6.4), and answers them with an announcement.
struct DiscoveryEventService: Service {
    let mesh: Mesh
    let discovery: DiscoveryRuntime?
    let resources: DaemonResources
    let events: EventHub

    func run() async throws {
        for await found in mesh.discoveries.cancelOnGracefulShutdown() {
            discovery?.neighbourFound()
            let name = resources.keystore.record(of: found.node)?.givenName
            let peer = DiscoveredPeer(
                nodeID: found.node, address: found.address, mechanism: "broadcast", firstSeenSeconds: 0,
                lastSeenSeconds: 0, labelAnnounced: name)
            let at = RPCTimestamp.now
            events.publish(.peers, PeersEvent(.discovered, .discovered(peer), at: at))
        }
    }
}
