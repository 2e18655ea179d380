internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import PIMRPC

extension DaemonMethods {
    /// How long a peer has to prove itself: clients wait 10 s for an answer (`spec/rpc.md` §1.4).
    private static let patience = Duration.seconds(8)
    private static let look = Duration.milliseconds(20)

    /// `peers.pair` (`spec/rpc.md` §5.2): answered when the peer has proven who it is.
    func pair(_ parameters: PairPeerParameters) async throws -> PeerSummary {
        let method = "peers.pair"
        try Self.check(parameters.mechanism, method)
        try refuseOwn(parameters.nodeID, method)
        let trust = parameters.trust ?? .once
        guard trust == .once || trust == .persist else {
            throw RPCError(.invalidParams, "\(method): “trust” is once or persist")
        }
        let target = DialTarget(
            address: try await address(of: parameters, method), node: parameters.nodeID)
        let isListed = await keeper.configuration.security.authorizationPolicy == .allowList
        var guest: NodeID?
        if isListed {
            guard let node = target.node else {
                throw RPCError(.pairingFailed, "\(method): under allow_list it has to be said who is meant: “node_id”")
            }
            guest = mesh.admit(node) ? node : nil
        }
        let node: NodeID
        do {
            node = try await reach(target, method)
            mesh.noteAnswer(node, at: target, label: parameters.label.flatMap { $0.isEmpty ? nil : $0 })
            if trust == .persist {
                let peer = PIMConfiguration.Peer(
                    label: parameters.label ?? "", target: .tcp(address: target.address), node: node)
                try await store(peer, authorizing: isListed ? node : nil, method)
            }
        } catch {
            // Whatever went wrong, the client that went away included: nothing of it stays.
            mesh.stopDialling { $0.target == target }
            if let guest { mesh.dismiss(guest) }
            if let error = error as? RPCError {
                await publishFailure(of: target, label: parameters.label, reason: error.message)
            }
            throw error
        }
        return try await summary(of: node)
    }

    /// `peers.connect_dynamic` (`spec/rpc.md` §5.2).
    func connectPeer(_ parameters: ConnectPeerParameters) async throws -> ConnectPeerResult {
        let method = "peers.connect_dynamic"
        try refuseOwn(parameters.nodeID, method)
        guard Self.isNumeric(parameters.address) else {
            throw RPCError(.invalidParams, "\(method): “address” is a numeric ip:port, an IPv6 address in brackets")
        }
        let target = DialTarget(address: parameters.address, node: parameters.nodeID)
        do {
            _ = try await reach(target, method)
        } catch let error as RPCError where error.code == .pairingFailed {
            mesh.stopDialling { $0.target == target }
            throw RPCError(.internalError, error.message)
        } catch let error as RPCError where error.code == .noAnswer {
            return ConnectPeerResult(
                nodeID: parameters.nodeID, address: parameters.address, status: "connecting")
        }
        return ConnectPeerResult(nodeID: parameters.nodeID, address: parameters.address, status: "connected")
    }

    /// Dials until somebody has proven himself at the target.
    ///
    /// - Throws: `pairingFailed` when an attempt failed, `noAnswer` when none had come to an end in time.
    private func reach(_ target: DialTarget, _ method: String) async throws -> NodeID {
        if let node = target.node {
            let state = try await mesh.state()
            if let peer = state.peers.first(where: { $0.node == node }) {
                guard state.knows(target.address, of: peer) else {
                    throw RPCError(
                        .pairingFailed,
                        "\(method): the node is connected over \(peer.remoteAddress); nobody knows it at \(target.address)"
                    )
                }
                return node
            }
        }
        mesh.dial(target)
        // A target of the configuration may be waiting after earlier failures, which this forgets.
        mesh.apply(.redialNow)
        let deadline = BootClock.now().advanced(by: Self.patience)
        repeat {
            try await Task.sleep(for: Self.look)
            guard let dial = try await mesh.state().dials.first(where: { $0.target == target }) else { continue }
            if case .connected(let node) = dial.phase { return node }
            if dial.phase == .barred || (dial.isWaiting && dial.failures > 0) {
                throw RPCError(
                    .pairingFailed, "\(method): \(target.address): \(dial.lastFailure ?? "the attempt failed")")
            }
        } while BootClock.now() < deadline
        throw RPCError(.noAnswer, "\(method): \(target.address): the peer did not answer in time")
    }

    private static func isNumeric(_ address: String) -> Bool {
        guard PIMConfiguration.Peer.problem(withAddress: address) == nil, let colon = address.lastIndex(of: ":") else {
            return false
        }
        let host = address[..<colon]
        return host.hasPrefix("[") || IPv4Address(String(host)) != nil
    }

    private func address(of parameters: PairPeerParameters, _ method: String) async throws -> String {
        if let address = parameters.address {
            try Self.check(address: address, method)
            return address
        }
        guard let node = parameters.nodeID else {
            throw RPCError(.invalidParams, "\(method): “address” or “node_id” is needed")
        }
        let state = try await mesh.state()
        let known = state.discovered.first { $0.node == node }?.address
        guard let address = known ?? state.dials.first(where: { $0.node == node })?.target.address else {
            throw RPCError(
                .peerNotFound, "\(method): no address of \(node.shortDescription) is known; it has to be given")
        }
        return address
    }

    private func publishFailure(of target: DialTarget, label: String?, reason: String) async {
        var summary = blankSummary(of: target.node, label: label)
        if let node = target.node, let present = try? await self.summary(of: node) { summary = present }
        // A node that has a link by another way is what it is; the event's reason says what failed.
        if summary.state == .failed {
            summary.address = target.address
            summary.failure = PeerFailure(reason: reason)
        }
        events.publish(.peers, PeersEvent(.pairFailed, .neighbour(summary), at: RPCTimestamp.now, reason: reason))
    }
}

extension DialStatus {
    fileprivate var isWaiting: Bool { if case .waiting = phase { true } else { false } }
}

extension MeshState {
    /// Whether a connected node is known to be at an address: a link leads there, it announces itself there, or it has
    /// answered there.
    fileprivate func knows(_ address: String, of peer: PeerStatus) -> Bool {
        peer.remoteAddress == address || peer.standbyAddress == address
            || discovered.contains { $0.node == peer.node && $0.address == address }
            || dials.contains { $0.target.address == address && $0.phase == .connected(peer.node) }
    }
}
