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
        return await DaemonStatus(
            node: configuration.node.name, nodeID: resources.identity.nodeID,
            x25519PublicKey: resources.identity.x25519PublicKey, meshIPv4: mesh.addresses.ipv4Text,
            meshIPv6: mesh.addresses.ipv6Text, interface: interface,
            role: configuration.roles(isGateway: gateway.isActive),
            transport: TransportStatus(tcpPort: mesh.port), peers: everyone(in: state),
            routes: RouteSummary(
                active: state.routes.count, expired: state.lostDestinations,
                selectedGateway: state.gateways.first { $0.isSelected }?.route.destination),
            stats: TrafficStatistics(
                forwardedBytes: state.traffic.forwardedBytes, forwardedPackets: state.traffic.forwardedPackets,
                dropped: state.traffic.dropped, droppedReason: state.traffic.mostFrequentDrop?.rawValue,
                congestionDrops: state.traffic.congestionDrops,
                conntrackSize: Int(clamping: gateway.lastConntrack?.used ?? 0)),
            uptimeSeconds: UInt64(clamping: resources.start.monotonic.duration(to: BootClock.now()).components.seconds),
            routeOn: routeService?.isOn ?? false, startedAt: RPCTimestamp.seconds(unix: resources.start.unixSeconds),
            version: PIMVersion.current, pid: resources.start.pid,
            counters: Dictionary(state.counters.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +),
            referenceLinks: state.peers.count { !$0.isSealed })
    }

    /// The interface as it is.
    private var interface: InterfaceStatus {
        guard let interface = mesh.interface else { return .off }
        let state = NetworkInterfaces.state(of: interface.device.name)
        return InterfaceStatus(name: interface.device.name, up: state?.isUp ?? false, mtu: state?.mtu ?? 0)
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

    /// What a node calls itself; `nil` as long as it has not said so.
    func name(of node: NodeID) -> String? {
        resources.keystore.record(of: node)?.givenName
    }
}
