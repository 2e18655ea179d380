public import PIMCore
import PIMCrypto
import PIMWire

/// Nodes that announce themselves nearby (`spec/discovery.md` §7, §12).
extension ControlPlane {
    mutating func receiveBeacon(
        _ beacon: Beacon, from source: BeaconSource, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard !isShutDown, beacon.node != own else { return }
        let isWanted = wantsLink(to: beacon.node)
        switch discovery.receive(beacon, from: source, isWanted: isWanted, at: step.time) {
        case .refused(let counter): count(counter, &step)
        case .refreshed: break
        case .newNode, .newAddress:
            count(.discoveryFound, &step)
            let isAdmitted = mayLink(to: beacon.node)
            if !isAdmitted { count(.discoveryNotAuthorized, &step) }
            step.announce(
                .peerDiscovered(
                    beacon.node, address: source.endpoint(port: beacon.port), isAdmitted: isAdmitted))
        }
        startDiscoveredDials(&step)
    }

    /// Starts the attempts that are due.
    mutating func startDiscoveredDials(_ step: inout Step<some RandomNumberGenerator>) {
        guard !isShutDown else { return }
        let unwanted = Set(discovery.dueNodes(at: step.time).filter { !wantsLink(to: $0) })
        for (dial, address) in discovery.startDue(at: step.time, except: unwanted, numberedBy: &dials) {
            count(.discoveryDialed, &step)
            step.emit(.dial(dial, address: address))
        }
    }

    /// An attempt came to nothing, if it was one to a discovered address.
    mutating func discoveredFailed(
        _ progress: DiscoveryTable.Progress, reason: String, _ step: inout Step<some RandomNumberGenerator>
    ) {
        let limits = discovery.policy.limits
        let backoff = Backoff(first: limits.firstRedial, ceiling: limits.longestRedial)
        let failure = discovery.failed(progress, at: step.time) { failures in
            step.draw(backoff.delay(afterFailures: failures), times: Backoff.spread)
        }
        guard let failure, !isShutDown else { return }
        count(.discoveryDialFailed, &step)
        step.emit(
            .event(
                .discoveredUnreachable(
                    failure.node, address: failure.address, reason: reason, delay: failure.delay)))
    }

    /// The session with a peer is lost.
    mutating func discoveredLost(_ peer: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        let delay = step.draw(discovery.policy.limits.firstRedial, times: Backoff.spread)
        discovery.lost(peer, at: step.time, delay: delay)
    }

    /// Whether the key that answered is the one that was announced: the same NodeID is not enough (§12.1).
    func presentsAdvertisedKey(_ result: HandshakeResult, on link: LinkState) -> Bool {
        guard let advertised = link.advertisedKey else { return true }
        return SafetyRule.expectedIdentity.permits(advertised == result.peerPublicKey)
    }

    private func mayLink(to node: NodeID) -> Bool {
        authorization.admits(node) && !isRevoked(node) && !reputation.isExcluded(node)
    }

    /// Not while it is connected, and not while the configured target it lives at is being dialled.
    private func wantsLink(to node: NodeID) -> Bool {
        peers[node] == nil && mayLink(to: node) && !dials.isAttempting(node)
    }

    /// The addresses at which nodes announce themselves at present, by NodeID and address.
    public func discovered(at time: MonotonicTime) -> [DiscoveredStatus] {
        discovery.nodes.sorted { $0.key < $1.key }.flatMap { node, entry in
            entry.addresses.filter { $0.isAnnounced(at: time, within: discovery.policy.timeout) }
                .map { address in
                    DiscoveredStatus(
                        node: node, address: address.endpoint, roles: address.roles, firstSeen: address.firstSeen,
                        lastSeen: address.lastSeen, isConnected: peers[node] != nil)
                }.sorted { $0.address < $1.address }
        }
    }
}
