import PIMCore
import PIMCrypto
import PIMWire

extension ControlPlane {
    mutating func linkOpened(
        _ id: LinkID, _ direction: LinkDirection, preamble: NodeID?, remoteAddress: String,
        path: LinkPath, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard links[id] == nil else { return }
        guard !isShutDown else { return step.emit(.close(id, reason: .shutdown)) }
        switch direction {
        case .dialed(let dial):
            let entry = dials.opened(dial, link: id, host: path.remote)
            let found = entry == nil ? discovery.opened(dial, link: id) : nil
            guard entry != nil || found != nil else {
                return step.emit(.close(id, reason: .notWanted))
            }
            if let node = entry?.node ?? found?.node,
                entry.map(isCovered) ?? (peers[node] != nil) || leadsNowhereNew(path, to: node)
            {
                dials.superseded(id, by: node)
                discovery.superseded(id, at: step.time)
                return step.emit(.close(id, reason: .duplicate))
            }
            links[id] = LinkState(
                id: id, direction: direction, preamble: nil, expected: entry?.target.node ?? found?.node,
                advertisedKey: found?.publicKey, remoteAddress: remoteAddress,
                address: AddressGroup(endpoint: remoteAddress), path: path, budget: LinkBudget(at: step.time))
            beginHandshake(on: id, &step)
        case .accepted:
            guard links.count - strangers.count < configuration.limits.links else {
                count(.handshakeOverLimit, &step)
                return step.emit(.close(id, reason: .crowded))
            }
            let address = AddressGroup(endpoint: remoteAddress)
            guard admitStranger(id, from: address, &step) else { return }
            links[id] = LinkState(
                id: id, direction: direction, preamble: preamble, expected: nil, remoteAddress: remoteAddress,
                address: address, path: path,
                handshake: .awaitingInitiate(until: step.time.advanced(by: configuration.timing.handshake)),
                budget: LinkBudget(at: step.time))
        }
    }

    /// Whether a link that carries or stands by runs between the same hosts.
    private func leadsNowhereNew(_ path: LinkPath, to node: NodeID) -> Bool {
        confirmedLinks(to: node).contains { $0.session?.isStalled == false && $0.path.isSame(as: path) }
    }

    mutating func linkClosed(
        _ id: LinkID, reason: LinkCloseReason, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links.removeValue(forKey: id) else { return }
        release(link, reason: reason, endedItself: true, &step)
    }

    /// Closes a link and forgets it. What else arrives on it is ignored.
    mutating func close(
        _ id: LinkID, reason: LinkCloseReason, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links.removeValue(forKey: id) else { return }
        step.emit(.close(id, reason: reason))
        // A rejection was told with the name of the node, and a dial that failed is told with its address.
        let isFailure = ![.duplicate, .shutdown, .notAuthorized, .revoked].contains(reason) && !link.isDialed
        if link.session?.isConfirmed != true, isFailure {
            step.emit(
                .event(.handshakeFailed(id, remoteAddress: link.remoteAddress, reason: reason.description)))
        }
        release(link, reason: reason, endedItself: false, &step)
    }

    /// Takes a link that is gone out of every table.
    private mutating func release(
        _ link: LinkState, reason: LinkCloseReason, endedItself: Bool,
        _ step: inout Step<some RandomNumberGenerator>
    ) {
        strangers.remove(link.id)
        if case .queued = link.handshake { handshakes.remove(link.id) }
        var explanation = reason.description
        defer { if let peer = link.session?.peer, routing.routes[peer] == nil { routeLost(to: peer, &step) } }
        roundTrips.forget(link.id)
        if let session = link.session {
            let peer = session.peer
            if session.isKeyConfirmed { spentBudgets.note(link.budget, of: peer, at: step.time) }
            if let index = paths[peer]?.firstIndex(of: link.id) {
                paths[peer]?.remove(at: index)
                if paths[peer]?.isEmpty == true { paths[peer] = nil }
                reselect(peer, reason: reason, &step)
                release(session, of: link.id, endedItself: endedItself, reason: explanation, &step)
            } else if paths[peer] != nil, endedItself || reason == .duplicate {
                dials.superseded(link.id, by: peer)
                discovery.superseded(link.id, at: step.time)
            } else if endedItself {
                // A responder of another mesh verifies our confirmation, fails and hangs up without a word. Our own kind
                // says so when it is for another reason.
                explanation =
                    session.isSealed
                    ? "the mesh secrets differ, most likely: \(reason) before the peer confirmed the session"
                    : "\(reason) before the peer confirmed the session: the mesh secrets may differ"
            }
        }
        redial(&step, reason: explanation) { $0.state == .linked(link.id) }
        discoveredFailed(.linked(link.id), reason: explanation, &step)
    }

    /// What becomes of the targets when a link with a confirmed session is gone.
    private mutating func release(
        _ session: SessionState, of id: LinkID, endedItself: Bool, reason: String,
        _ step: inout Step<some RandomNumberGenerator>
    ) {
        let peer = session.peer
        guard paths[peer] != nil else { return redial(&step, reason: reason) { $0.state == .reached(peer) } }
        // The other end has closed one of two links that came up a moment ago: for it they run between the same hosts.
        let isYoung = session.established.duration(to: step.time) < configuration.timing.standing
        if endedItself, isYoung, peers[peer] != nil { return dials.superseded(id, by: peer) }
        redial(&step, reason: reason) { $0.link == id }
        dials.reconsider(peer, at: step.time)
    }
}
