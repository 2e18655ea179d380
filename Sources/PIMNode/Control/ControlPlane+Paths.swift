import PIMCore
import PIMCrypto
import PIMWire

/// Two links to one peer: which of them carries, and when a silent one is left (`design/extensions.md` §7).
///
/// Frames are taken from both. Which one carries what this node sends, each end decides for itself by what both can
/// measure; where they differ nothing is lost, and nobody changes his mind twice within `ControlTiming.roaming` unless a
/// link falls silent.
extension ControlPlane {
    /// Links with a confirmed session to one node; the worst one above this is closed.
    static let linksPerPeer = 2

    /// The confirmed links to a node, in the order they came up.
    func confirmedLinks(to node: NodeID) -> [LinkState] { (paths[node] ?? []).compactMap { links[$0] } }

    /// Whether two links to one peer may both stay: they run between different hosts, and the peer knows how to use both.
    /// A reference node replaces the older one.
    func mayStandBeside(_ link: LinkState, _ other: LinkState) -> Bool {
        link.session?.isSealed == true && other.session?.isSealed == true && !link.path.isSame(as: other.path)
    }

    /// Decides anew which link carries, and takes the consequences.
    ///
    /// - Parameter reason: Why the one that carried may be out of the question.
    mutating func reselect(
        _ node: NodeID, reason: LinkCloseReason = .silent, _ step: inout Step<some RandomNumberGenerator>
    ) {
        let current = peers[node]
        let chosen = choice(for: node, at: step.time)
        guard chosen != current else { return }
        peers[node] = chosen
        isTableChanged = true
        guard let chosen else {
            step.announce(.peerDisconnected(node, reason: reason))
            discoveredLost(node, &step)
            note(routing.neighbourDown(node, at: step.time), &step)
            return
        }
        links[chosen]?.session?.carriesSince = step.time
        step.newcomers.append(node)
        guard current == nil else {
            count(.linkMoved, &step)
            return step.announce(.peerMoved(node, chosen))
        }
        step.announce(.peerConnected(node, chosen))
        note(routing.neighbourUp(node, at: step.time), &step)
    }

    private func choice(for node: NodeID, at time: MonotonicTime) -> LinkID? {
        let candidates = confirmedLinks(to: node).filter { $0.session?.isStalled == false }
        guard let current = candidates.first(where: { $0.id == peers[node] }) else {
            // The one heard last; of equals the older one.
            let heard = candidates.compactMap { link in link.session.map { (id: link.id, heard: $0.heard) } }
            return heard.reversed().max { $0.heard < $1.heard }?.id
        }
        return candidates.first { $0.id != current.id && isBetter($0, than: current, at: time) }?.id ?? current.id
    }

    private func isBetter(_ link: LinkState, than current: LinkState, at time: MonotonicTime) -> Bool {
        let timing = configuration.timing
        guard let session = link.session, let held = current.session,
            session.heard.advanced(by: timing.hush) > time
        else { return false }
        if held.heard.advanced(by: timing.hush) <= time { return true }
        guard let since = held.carriesSince, since.advanced(by: timing.roaming) <= time,
            session.established.advanced(by: timing.roaming) <= time,
            let trip = roundTrips.duration(over: link.id), let heldTrip = roundTrips.duration(over: current.id)
        else { return false }
        return trip * 4 < heldTrip * 3 && heldTrip - trip > .milliseconds(2)
    }

    /// Of two links that came up together the one dialled by the smaller NodeID carries, at both ends.
    mutating func settleTie(_ id: LinkID, _ node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let carrying = peers[node], carrying != id, let link = links[id], let current = links[carrying],
            let held = current.session, let dialer = link.dialer(own: own), let holder = current.dialer(own: own),
            held.established.duration(to: step.time) < configuration.timing.simultaneousDial, dialer < holder
        else { return }
        peers[node] = id
        links[id]?.session?.carriesSince = step.time
        isTableChanged = true
        step.newcomers.append(node)
        count(.linkMoved, &step)
        step.announce(.peerMoved(node, id))
    }

    /// Closes the worst link above the number a peer may have: one that is silent, or else the newest.
    mutating func closeSurplus(to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        let standing = confirmedLinks(to: node)
        guard standing.count > Self.linksPerPeer else { return }
        let spare = standing.filter { $0.id != peers[node] }
        let hush = configuration.timing.hush
        let silent = spare.first { ($0.session?.heard.advanced(by: hush) ?? .zero) <= step.time }
        guard let worst = silent ?? spare.last else { return }
        count(.duplicateLink, &step)
        paths[node]?.removeAll { $0 == worst.id }
        close(worst.id, reason: .duplicate, &step)
    }

    // MARK: Silence

    /// Nothing was heard on the link for a while: what it carried leaves it, its session stays.
    mutating func stall(_ id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let session = links[id]?.session, !session.isStalled else { return }
        count(.linkStalled, &step)
        links[id]?.session?.isStalled = true
        links[id]?.session?.redialDue =
            session.isOnProbation ? step.time : session.heard.advanced(by: configuration.timing.stalledRedial)
        links[id]?.session?.isOnProbation = false
        reselect(session.peer, &step)
        dials.reconsider(session.peer, at: step.time)
    }

    /// A valid frame came on a link with a confirmed session.
    mutating func heard(on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let session = links[id]?.session else { return }
        links[id]?.session?.heard = step.time
        links[id]?.session?.isOnProbation = false
        guard session.isStalled else { return }
        count(.linkRevived, &step)
        links[id]?.session?.isStalled = false
        links[id]?.session?.redialDue = nil
        reselect(session.peer, &step)
    }

    /// The timers of a silent link; `false` when it is closed.
    mutating func attendSilence(of id: LinkID, _ step: inout Step<some RandomNumberGenerator>) -> Bool {
        guard let session = links[id]?.session else { return false }
        if session.heard.advanced(by: configuration.timing.silence) <= step.time {
            count(.peerSilent, &step)
            close(id, reason: .silent, &step)
            return false
        }
        guard let due = session.stallDeadline(configuration.timing), due <= step.time else { return true }
        guard session.isStalled else {
            stall(id, &step)
            return true
        }
        links[id]?.session?.redialDue = nil
        dials.retry(id, at: step.time)
        return true
    }

    // MARK: Changes of the network

    /// The network of this machine changed.
    mutating func networkChanged(
        _ localAddresses: Set<String>, _ step: inout Step<some RandomNumberGenerator>
    ) {
        if !localAddresses.isEmpty {
            for link in links.values.sorted(by: { $0.id < $1.id }) {
                guard let local = link.path.local, !localAddresses.contains(local) else { continue }
                close(link.id, reason: .addressGone, &step)
            }
        }
        probeLinks(afterSleep: false, &step)
    }

    /// Every link has to give a sign of life soon, every target is dialled anew: the network is not what it was.
    ///
    /// - Parameter hasSlept: This node could not hear anybody meanwhile, so nobody's silence counts.
    mutating func probeLinks(afterSleep hasSlept: Bool, _ step: inout Step<some RandomNumberGenerator>) {
        let timing = configuration.timing
        count(.linksProbed, &step)
        dials.hurry(at: step.time)
        discovery.hurry(at: step.time)
        for link in links.values.sorted(by: { $0.id < $1.id }) {
            guard let session = link.session, session.isConfirmed else { continue }
            let limit = session.isSealed ? timing.stall : timing.silence
            let probation = session.isSealed ? timing.probation : timing.heartbeat
            let latest = step.time.advanced(by: probation - limit)
            if hasSlept ? session.heard < latest : session.isSealed && session.heard > latest {
                links[link.id]?.session?.heard = latest
            }
            links[link.id]?.session?.isOnProbation = session.isSealed && !session.isStalled
            links[link.id]?.session?.heartbeatDue = step.time
            if session.isStalled { links[link.id]?.session?.redialDue = step.time }
            ping(link.id, &step)
        }
    }

    /// Measures the round trip of a link.
    mutating func ping(_ id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard links[id]?.session?.isGuarded == false else { return }
        let nonce = UInt64.random(in: .min ... .max, using: &step.random)
        roundTrips.sent(nonce, over: id, at: step.time)
        send(.ping(nonce), on: id, &step)
    }
}
