import PIMCore
import PIMCrypto
import PIMWire

extension ControlPlane {
    mutating func linkOpened(
        _ id: LinkID, _ direction: LinkDirection, preamble: NodeID?, remoteAddress: String,
        _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard links[id] == nil else { return }
        guard !isShutDown else { return step.emit(.close(id, reason: .shutdown)) }
        switch direction {
        case .dialed(let dial):
            guard let entry = dials.opened(dial, link: id) else {
                return step.emit(.close(id, reason: .notWanted))
            }
            if let node = entry.node, peers[node] != nil {
                dials.superseded(id, by: node)
                return step.emit(.close(id, reason: .duplicate))
            }
            links[id] = LinkState(
                id: id, direction: direction, preamble: nil, expected: entry.target.node,
                remoteAddress: remoteAddress, budget: LinkBudget(at: step.time))
            beginHandshake(on: id, &step)
        case .accepted:
            guard links.count < configuration.limits.links else {
                count(.handshakeOverLimit, &step)
                return step.emit(.close(id, reason: .crowded))
            }
            if let victim = strangers.admit(id, remoteAddress: remoteAddress) {
                count(.handshakeOverLimit, &step)
                close(victim, reason: .crowded, &step)
            }
            links[id] = LinkState(
                id: id, direction: direction, preamble: preamble, expected: nil, remoteAddress: remoteAddress,
                handshake: .awaitingInitiate(until: step.time.advanced(by: configuration.timing.handshake)),
                budget: LinkBudget(at: step.time))
        }
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
        var explanation = reason.description
        defer { if let peer = link.session?.peer, routing.routes[peer] == nil { routeLost(to: peer, &step) } }
        if let session = link.session {
            if peers[session.peer] == link.id {
                peers[session.peer] = nil
                roundTrips.forget(session.peer)
                isTableChanged = true
                step.announce(.peerDisconnected(session.peer, reason: reason))
                note(routing.neighbourDown(session.peer, at: step.time), &step)
                redial(&step, reason: explanation) { $0 == .reached(session.peer) }
            } else if peers[session.peer] != nil {
                dials.superseded(link.id, by: session.peer)
            } else if endedItself {
                // A responder of another mesh verifies our confirmation, fails and hangs up without a word. Our own kind
                // says so when it is for another reason.
                explanation =
                    session.isSealed
                    ? "the mesh secrets differ, most likely: \(reason) before the peer confirmed the session"
                    : "\(reason) before the peer confirmed the session: the mesh secrets may differ"
            }
        }
        redial(&step, reason: explanation) { $0 == .linked(link.id) }
    }
}
