internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMRPC

extension DaemonMethods {
    /// `status` (`spec/rpc.md` §5.1, with the truthful values of §10.7).
    func status() async throws -> DaemonStatus {
        let state = try await mesh.state()
        let configuration = daemon.configuration
        return DaemonStatus(
            node: configuration.node.name, nodeID: resources.identity.nodeID,
            x25519PublicKey: resources.identity.x25519PublicKey, meshIPv4: mesh.addresses.ipv4Text,
            meshIPv6: mesh.addresses.ipv6Text, interface: .off,
            role: configuration.relaysForOthers ? ["client", "relay"] : ["client"],
            transport: TransportStatus(tcpPort: mesh.port), peers: summaries(of: state),
            routes: RouteSummary(
                active: state.routes.count, expired: 0,
                selectedGateway: state.gateways.first { $0.isSelected }?.route.destination),
            stats: TrafficStatistics(
                forwardedBytes: state.traffic.forwardedBytes, forwardedPackets: state.traffic.forwardedPackets,
                dropped: state.traffic.dropped, droppedReason: state.traffic.mostFrequentDrop?.rawValue,
                congestionDrops: state.traffic.congestionDrops),
            uptimeSeconds: UInt64(clamping: resources.start.monotonic.duration(to: BootClock.now()).components.seconds),
            routeOn: false, startedAt: RPCTimestamp.seconds(unix: resources.start.unixSeconds),
            version: PIMVersion.current, pid: resources.start.pid,
            counters: Dictionary(state.counters.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +),
            referenceLinks: state.peers.count { !$0.isSealed })
    }

    /// `peers.list`: one entry per live session.
    func neighbours() async throws -> [PeerSummary] {
        summaries(of: try await mesh.state())
    }

    /// `route.table` (`spec/rpc.md` §5.3).
    func routes() async throws -> RouteTableResult {
        let state = try await mesh.state()
        return RouteTableResult(
            routes: state.routes.map { route in
                RouteRow(
                    destination: route.meshIPv4.description, nodeID: route.destination,
                    name: name(of: route.destination), via: route.nextHop, hops: Int(route.hops),
                    learnedFrom: route.nextHop, isGateway: route.isGateway,
                    load: Int(route.gatewayLoad),
                    ageSeconds: UInt64(clamping: route.refreshed.duration(to: state.time).components.seconds))
            },
            gateways: state.gateways.map { gateway in
                GatewayRow(
                    nodeID: gateway.route.destination, via: gateway.route.nextHop, hops: Int(gateway.route.hops),
                    score: gateway.score, selected: gateway.isSelected)
            })
    }

    private func summaries(of state: MeshState) -> [PeerSummary] {
        state.peers.map { peer in
            var summary = blankSummary(of: peer.node, label: label(of: peer.node, in: state))
            summary.state = .active
            summary.lastSeenSeconds = UInt64(clamping: peer.lastHeard.duration(to: state.time).components.seconds)
            summary.latencyMilliseconds = peer.roundTripMilliseconds
            summary.isGateway = state.gateways.contains { $0.route.destination == peer.node }
            summary.isStatic = peer.isConfigured
            summary.address = peer.remoteAddress
            summary.linkSecurity = peer.isSealed ? .sealed : .reference
            return summary
        }
    }

    /// The neighbour a session came up with, or was lost with.
    func summary(of change: SessionChange) async throws -> PeerSummary {
        let present = try await neighbours().first { $0.nodeID == change.peer }
        return present ?? blankSummary(of: change.peer, label: nil)
    }

    private func blankSummary(of node: NodeID, label: String?) -> PeerSummary {
        PeerSummary(
            nodeID: node, label: label ?? name(of: node), meshIP: mesh.addresses.ipv4(of: node).description,
            transport: .tcp, state: .failed, routeHops: 1, lastSeenSeconds: 0, latencyMilliseconds: nil,
            isGateway: false, isStatic: false, x25519PublicKey: resources.keystore.x25519Key(of: node))
    }

    /// What a node calls itself; `nil` as long as it has not said so.
    private func name(of node: NodeID) -> String? {
        resources.keystore.name(of: node).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What `[[peers]]` calls the node that answered there.
    private func label(of node: NodeID, in state: MeshState) -> String? {
        guard let dial = state.dials.first(where: { $0.phase == .connected(node) }) else { return nil }
        let peer = daemon.configuration.peers.first {
            $0.target == .tcp(address: dial.target.address) && $0.node == dial.target.node
        }
        return peer.flatMap { $0.label.isEmpty ? nil : $0.label }
    }
}
