import PIMCore
import PIMWire

extension ControlPlane {
    mutating func dialFailed(
        _ dial: DialID, reason: String, _ step: inout Step<some RandomNumberGenerator>
    ) {
        redial(&step, reason: reason) { $0.state == .dialing(dial) }
        discoveredFailed(.dialing(dial), reason: reason, &step)
    }

    /// Starts every attempt that is due.
    mutating func startDials(_ step: inout Step<some RandomNumberGenerator>) {
        guard !isShutDown else { return }
        startDiscoveredDials(&step)
        guard let next = dials.nextDeadline, next <= step.time else { return }
        let revoked = revoked
        let due = dials.startDue(
            at: step.time, covered: dials.entries.map(isCovered),
            isBarred: { !SafetyRule.revocation.permits(!revoked.contains($0)) })
        for (dial, address) in due { step.emit(.dial(dial, address: address)) }
    }

    /// Whether the links that stand to the node of a target make one more unnecessary: one of them leads where it would
    /// lead, there are two already, or the node takes only one.
    func isCovered(_ entry: DialSchedule.Entry) -> Bool {
        guard let node = entry.node, peers[node] != nil else { return false }
        let standing = confirmedLinks(to: node).filter { $0.session?.isStalled == false }
        return standing.count >= Self.linksPerPeer || standing.contains { $0.session?.isSealed == false }
            || standing.contains { entry.leads(to: $0.path.remote) }
    }

    /// Puts the targets in a matching state back to waiting, longer after every failure.
    mutating func redial(
        _ step: inout Step<some RandomNumberGenerator>, reason: String, where matches: (DialSchedule.Entry) -> Bool
    ) {
        let backoff = Backoff(
            first: configuration.timing.firstRedial, ceiling: configuration.timing.longestRedial)
        let standing = configuration.timing.standing
        let delayed = dials.failed(where: matches, reason: reason, at: step.time, standing: standing) { failures in
            step.draw(backoff.delay(afterFailures: failures), times: Backoff.spread)
        }
        guard !isShutDown else { return }
        for (address, delay) in delayed {
            step.emit(.event(.dialDelayed(address: address, reason: reason, delay: delay)))
        }
    }

    mutating func carryOut(_ request: ControlRequest, _ step: inout Step<some RandomNumberGenerator>) {
        switch request {
        case .shutDown: shutDown(&step)
        case .broadcastIdentity: introduceToAll(at: step.now)
        case .setTargets(let targets): dials.replaceTargets(targets, at: step.time)
        case .setAnnouncements(let policy):
            announcements = policy
            broadcastDue = policy.interval.map { step.time.advanced(by: $0) }
        case .setDiscovery(let policy): discovery.replacePolicy(policy, at: step.time)
        case .forget(let node): forget(node, &step)
        case .revoke(let node): revoke(node, &step)
        case .restore(let node): restore(node, &step)
        case .disconnect(let node): part(from: node, GoodbyeReason.shuttingDown, reason: .parted, &step)
        case .setAuthorization(let policy): replaceAuthorization(policy, &step)
        case .setFeatures(let features): setFeatures(features, &step)
        case .setGateway(let isGateway): setGateway(isGateway)
        case .setLoad(let load): gatewayLoad = load
        case .redialNow:
            dials.hurry(at: step.time)
            discovery.hurry(at: step.time)
        case .networkChanged(let localAddresses): networkChanged(localAddresses, &step)
        }
        startDials(&step)
    }

    private mutating func shutDown(_ step: inout Step<some RandomNumberGenerator>) {
        isShutDown = true
        for id in links.keys.sorted() {
            if links[id]?.session != nil { send(.goodbye(own, reason: GoodbyeReason.shuttingDown), on: id, &step) }
            close(id, reason: .shutdown, &step)
        }
    }
}
