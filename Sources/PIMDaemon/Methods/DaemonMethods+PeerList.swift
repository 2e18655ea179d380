internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMRPC

extension DaemonMethods {
    /// `peers.list` (`spec/rpc.md` §5.2): one entry per live session. Ours: also one, in the state `failed` or `connecting`,
    /// for every configured peer without a session, and for nodes payloads wait for in vain.
    func listPeers(_ parameters: PeerListParameters) async throws -> [PeerSummary] {
        let state = try await mesh.state()
        return parameters.includeRelayed == true ? everyone(in: state) : summaries(of: state)
    }

    /// As `status` has them: the neighbours, and the nearest of the nodes reached through them. Clients ask every second, so
    /// there is a limit; `route.table` has all.
    func everyone(in state: MeshState) -> [PeerSummary] {
        let configured = configuredNodes(in: state)
        return summaries(of: state, configured) + relayed(in: state, configured)
    }

    private static let maximumRelayed = 500

    private func relayed(in state: MeshState, _ configured: ConfiguredNodes) -> [PeerSummary] {
        let listed = Set(state.peers.map(\.node)).union(state.unresponsive)
        let others = state.routes.filter { !listed.contains($0.destination) }
        let nearest = others.sorted { ($0.hops, $0.destination) < ($1.hops, $1.destination) }.prefix(
            Self.maximumRelayed)
        let trips = daemon.diagnostics.roundTrips(to: nearest.map(\.destination))
        return nearest.map { route in
            var summary = blankSummary(of: route.destination, label: configured.label(of: route.destination))
            summary.state = .relayed
            summary.transport = .relay
            summary.routeHops = Int(route.hops)
            summary.lastSeenSeconds = UInt64(clamping: route.refreshed.duration(to: state.time).components.seconds)
            summary.latencyMilliseconds = trips[route.destination].map { UInt32(clamping: $0.wholeMilliseconds) }
            summary.isGateway = route.isGateway
            return summary
        }
    }

    func summaries(of state: MeshState) -> [PeerSummary] {
        summaries(of: state, configuredNodes(in: state))
    }

    private func summaries(of state: MeshState, _ configured: ConfiguredNodes) -> [PeerSummary] {
        connected(in: state, configured) + unreached(in: state, configured) + unresponsive(in: state, configured)
    }

    /// What there is to say of one node in an event, connected or not.
    func summary(of node: NodeID) async throws -> PeerSummary {
        let state = try await mesh.state()
        let configured = configuredNodes(in: state)
        let present = summaries(of: state, configured).first { $0.nodeID == node && $0.state == .active }
        return present ?? blankSummary(of: node, label: configured.label(of: node))
    }

    private func connected(in state: MeshState, _ configured: ConfiguredNodes) -> [PeerSummary] {
        state.peers.map { peer in
            var summary = blankSummary(of: peer.node, label: configured.label(of: peer.node))
            summary.state = .active
            summary.lastSeenSeconds = UInt64(clamping: peer.lastHeard.duration(to: state.time).components.seconds)
            summary.latencyMilliseconds = peer.roundTripMilliseconds
            summary.isGateway = state.gateways.contains { $0.route.destination == peer.node }
            summary.isStatic = configured.contains(peer.node)
            summary.address = peer.remoteAddress
            summary.standbyAddress = peer.standbyAddress
            summary.linkSecurity = peer.isSealed ? .sealed : .reference
            return summary
        }
    }

    private func unreached(in state: MeshState, _ configured: ConfiguredNodes) -> [PeerSummary] {
        let connected = Set(state.peers.map(\.node))
        return state.dials.compactMap { dial in
            if case .connected = dial.phase { return nil }
            if let node = dial.node, connected.contains(node) { return nil }
            var summary = blankSummary(of: dial.node, label: configured.label(of: dial.target))
            let route = state.routes.first { $0.destination == dial.node }
            summary.routeHops = route.map { Int($0.hops) } ?? 1
            summary.state = dial.lastFailure == nil ? .connecting : .failed
            summary.isStatic = configured.contains(dial.target)
            summary.address = dial.target.address
            summary.failure = dial.failure(at: state.time)
            return summary
        }
    }

    /// `design/extensions.md` §7: a pinned node that went back to reference software gets no payloads until it is forgotten.
    private func unresponsive(in state: MeshState, _ configured: ConfiguredNodes) -> [PeerSummary] {
        let connected = Set(state.peers.map(\.node))
        return state.unresponsive.compactMap { node in
            guard !connected.contains(node), let route = state.routes.first(where: { $0.destination == node }) else {
                return nil
            }
            var summary = blankSummary(of: node, label: configured.label(of: node))
            summary.transport = .relay
            summary.routeHops = Int(route.hops)
            summary.failure = PeerFailure(
                reason: "used to seal its payloads and answers no more; if this is right: pim peers forget")
            return summary
        }
    }

    /// A node there is nothing to say of but what the directory has.
    func blankSummary(of node: NodeID?, label: String?) -> PeerSummary {
        let record = node.flatMap { resources.keystore.record(of: $0) }
        let silence = record.map { WallClock.unixMilliseconds - min($0.lastSeen, WallClock.unixMilliseconds) } ?? 0
        return PeerSummary(
            nodeID: node, label: label ?? record?.givenName,
            meshIP: node.map { "\(mesh.addresses.ipv4(of: $0))" } ?? "",
            transport: .tcp, state: .failed, routeHops: 1, lastSeenSeconds: silence / 1000, latencyMilliseconds: nil,
            isGateway: false, isStatic: false, x25519PublicKey: record?.key)
    }

    func configuredNodes(in state: MeshState) -> ConfiguredNodes {
        ConfiguredNodes(mesh.configuredPeers, visitors: mesh.visitors, dials: state.dials)
    }
}

extension DialStatus {
    /// Why there is no session yet; `nil` before the first attempt has failed.
    fileprivate func failure(at time: MonotonicTime) -> PeerFailure? {
        guard let lastFailure else { return nil }
        var failure = PeerFailure(reason: lastFailure, attempts: UInt64(clamping: failures))
        if case .waiting(let until) = phase {
            // Rounded up: 0 s would look as if it were overdue.
            let wait = max(0, time.duration(to: until).wholeMilliseconds)
            failure.retryInSeconds = UInt64(clamping: (wait + 999) / 1000)
        }
        return failure
    }
}
