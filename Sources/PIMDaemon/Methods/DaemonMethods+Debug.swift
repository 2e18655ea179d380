internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMRPC
internal import PIMWire

extension DaemonMethods {
    /// `debug.snapshot`, and the content of the debug file (`spec/cli.md` §7.3).
    func debugSnapshot() async throws -> DebugSnapshot {
        let state = try await mesh.state()
        let node = DebugSnapshot.Node(
            name: daemon.configuration.node.name, nodeID: resources.identity.nodeID, isGateway: gateway.isActive,
            meshIP: "\(mesh.addresses.ipv4)",
            meshPrefixLength: UInt8(clamping: daemon.configuration.interface.meshIPv4Prefix.length))
        return DebugSnapshot(
            state, at: UInt64(clamping: WallClock.unixMilliseconds / 1000), node: node,
            configured: configuredNodes(in: state), trips: daemon.diagnostics.knownRoundTrips,
            stats: await statistics(of: state))
    }

    /// The counters of the statistics file (`spec/cli.md` §7.2).
    func statistics() async throws -> DebugStatistics {
        await statistics(of: try await mesh.state())
    }

    private func statistics(of state: MeshState) async -> DebugStatistics {
        DebugStatistics(
            peers: UInt64(clamping: state.peers.count), routes: UInt64(clamping: state.routes.count),
            packetsForwarded: state.traffic.forwardedPackets, bytesForwarded: state.traffic.forwardedBytes,
            packetsDropped: state.traffic.dropped, congestionDrops: state.traffic.congestionDrops,
            conntrackSize: UInt64(await gateway.lastConntrack?.used ?? 0),
            uptimeSeconds: UInt64(clamping: resources.start.monotonic.duration(to: BootClock.now()).components.seconds))
    }
}

extension DebugSnapshot {
    /// The mesh as it was at one instant, in the order readers expect.
    ///
    /// - Parameter trips: How far nodes behind others are, as far as that is known.
    init(
        _ state: MeshState, at unixSeconds: UInt64, node: Node, configured: ConfiguredNodes,
        trips: [NodeID: Duration], stats: DebugStatistics
    ) {
        func age(_ moment: MonotonicTime) -> UInt64 {
            UInt64(clamping: max(0, moment.duration(to: state.time).wholeMilliseconds))
        }
        let announced = Set(state.discovered.map(\.node))
        self.init(
            generatedAtUnixSeconds: unixSeconds, node: node, stats: stats,
            peers: state.peers.map { peer in
                Peer(
                    nodeID: peer.node, address: peer.remoteAddress, mechanism: "tcp", direct: true,
                    configured: configured.contains(peer.node), discovered: announced.contains(peer.node),
                    lastHeartbeatAgeMilliseconds: age(peer.lastHeard))
            }.sorted { $0.shortID < $1.shortID },
            discoveredPeers: state.discovered.map { found in
                Discovered(
                    nodeID: found.node, address: found.address, isClient: found.roles.contains(.client),
                    isRelay: found.roles.contains(.relay), isGateway: found.roles.contains(.gateway),
                    lastSeenAgeMilliseconds: age(found.lastSeen))
            }.sorted { ($0.shortID, $0.address) < ($1.shortID, $1.address) },
            routes: state.routes.map { route in
                // Neighbours that are not listened to have no session, so no route leads over one.
                Route(
                    destination: route.destination, nextHop: route.nextHop, learnedFrom: route.nextHop,
                    hops: route.hops, isGateway: route.isGateway, gatewayLoad: route.gatewayLoad,
                    roundTripMilliseconds: route.roundTripMilliseconds
                        ?? trips[route.destination].map { UInt32(clamping: $0.wholeMilliseconds) },
                    meshIP: "\(route.meshIPv4)",
                    ageMilliseconds: age(route.refreshed), nextHopBlacklisted: false)
            }.sorted { $0.destinationShortID < $1.destinationShortID },
            gateways: state.gateways.map { gateway in
                Gateway(
                    nodeID: gateway.route.destination, nextHop: gateway.route.nextHop, hops: gateway.route.hops,
                    gatewayLoad: gateway.route.gatewayLoad,
                    roundTripMilliseconds: gateway.route.roundTripMilliseconds, score: gateway.score,
                    selected: gateway.isSelected, meshIP: "\(gateway.route.meshIPv4)")
            }.sorted { ($0.selected ? 0 : 1, $0.score, $0.shortID) < ($1.selected ? 0 : 1, $1.score, $1.shortID) })
    }
}
