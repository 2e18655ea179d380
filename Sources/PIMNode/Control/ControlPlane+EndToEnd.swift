import PIMCore
import PIMCrypto
import PIMWire

/// Sessions between this node and others, by offer and answer (`design/extensions.md` §4).
extension ControlPlane {
    // MARK: From the data plane

    /// A payload for the node waits, or would have been sealed if there were a session.
    mutating func wantSession(with node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard node != own, routing.routes[node] != nil, sessions.current(of: node) == nil else { return }
        guard features.contains(.sessions) else {
            takeForReference(node)
            return updateCarriage(to: node, &step)
        }
        var negotiation = negotiations[node] ?? Negotiation()
        negotiation.wanted = step.time
        if !negotiation.isReference, negotiation.decideBy == nil, mayUseReferenceForms(to: node) {
            negotiation.decideBy = step.time.advanced(by: SessionRules.decision)
        }
        negotiations[node] = negotiation
        if negotiation.isOfferDue(at: step.time) { makeOffer(to: node, &step) }
    }

    mutating func sessionOpened(_ id: SessionID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let confirmed = sessions.opened(id, at: step.time) else { return }
        step.emit(.session(.features(confirmed.peer, confirmed.features)))
        establish(id, with: confirmed.peer, isInitiator: false, &step)
        proveFeatures(confirmed.features, of: confirmed.peer, &step)
    }

    /// Whoever sends renews (§4).
    mutating func sessionSealed(
        _ id: SessionID, frames: UInt64, _ step: inout Step<some RandomNumberGenerator>
    ) {
        sessions.sealed(id, at: step.time)
        guard let node = sessions.peer(of: id), let session = sessions.current(of: node), session.id == id,
            session.since.advanced(by: SessionRules.renewalAge) <= step.time || frames >= SessionRules.renewalFrames
        else { return }
        negotiations[node, default: Negotiation()].wanted = step.time
        if negotiations[node]?.isOfferDue(at: step.time) == true { makeOffer(to: node, &step) }
    }

    /// The other node has a session this one lost, or somebody plays one back.
    mutating func unknownSession(
        from source: NodeID, via id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard source != own, routing.routes[source] != nil, negotiations[source]?.offer == nil else { return }
        if let opened = sessions.lastOpened(from: source),
            opened.advanced(by: SessionRules.quiet) > step.time
        {
            return
        }
        guard unknownSessionPace.take(for: source, at: step.time),
            links[id]?.budget.unknownSessions.take(at: step.time) == true
        else { return }
        makeOffer(to: source, &step)
    }

    // MARK: Offers

    /// Makes an offer and sends it for the first time.
    mutating func makeOffer(to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard features.contains(.sessions), let ephemeral = try? Ephemeral(using: &step.random),
            let payload = try? introduction(to: node, .offer(ephemeral.publicKey)).encode()
        else { return }
        var offer = Offer(ephemeral: ephemeral, payload: payload, made: step.time)
        _ = offer.takeTurn(at: step.time)
        negotiations[node, default: Negotiation()].offer = offer
        count(.offerMade, &step)
        sendRouted(payload, to: node, &step)
    }

    /// An offer whose signature holds.
    mutating func receiveOffer(
        _ key: [UInt8], features offered: FeatureSet, from source: NodeID, via id: LinkID,
        _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard features.contains(.sessions), routing.routes[source] != nil else { return }
        guard takeAnswerBudget(for: source, via: id, at: step.time) else { return count(.offerOverLimit, &step) }
        if let given = sessions.answer(to: key, from: source) { return sendRouted(given.payload, to: source, &step) }
        guard SafetyRule.offerReplay.permits(!answeredOffers.contains(key)) else {
            return count(.offerReplayed, &step)
        }
        answeredOffers.note(key)
        guard let ephemeral = try? Ephemeral(using: &step.random),
            let keys = try? EndToEndKeys(answering: ephemeral, offer: key, own: own, peer: source),
            let payload = try? introduction(
                to: source, .answer(responder: ephemeral.publicKey, initiator: key)
            ).encode()
        else { return count(.offerWeak, &step) }
        guard !sessions.contains(keys.id) else { return count(.offerReplayed, &step) }
        step.emit(.session(.add(keys, peer: source)))
        let session = SessionTable.Unconfirmed(
            id: keys.id, peer: source, via: id, offer: key, payload: payload, features: offered, made: step.time)
        remove(sessions.add(session), &step)
        count(.offerAnswered, &step)
        sendRouted(payload, to: source, &step)
    }

    /// An answer: to the offer made to its source, or it is nothing. Compared before the signature is checked.
    mutating func receiveAnswer(
        _ responder: [UInt8], to initiator: [UInt8], _ info: PeerInfo, from source: NodeID, _ carrier: PeerInfoCarrier,
        _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let trailer = info.trailer, let offer = negotiations[source]?.offer,
            SafetyRule.answerMatch.permits(offer.ephemeral.publicKey == initiator),
            negotiations[source]?.offer?.takeAnswer() == true
        else { return count(.answerUnexpected, &step) }
        guard (try? trailer.verify(source: source, destination: own)) != nil else {
            return count(.originInvalid, &step)
        }
        guard let keys = try? EndToEndKeys(offering: offer.ephemeral, answer: responder, own: own, peer: source),
            !sessions.contains(keys.id)
        else { return count(.offerWeak, &step) }
        negotiations[source]?.offer = nil
        negotiations[source]?.invite()
        step.emit(.session(.add(keys, peer: source)))
        step.emit(.session(.features(source, trailer.features)))
        establish(keys.id, with: source, isInitiator: true, &step)
        noteSigned(info, trailer, of: source, via: carrier, isStored: true, &step)
        proveFeatures(trailer.features, of: source, &step)
    }

    private mutating func takeAnswerBudget(for source: NodeID, via id: LinkID, at time: MonotonicTime) -> Bool {
        guard answerPace.take(for: source, at: time) else { return false }
        if links[id]?.budget.answers.take(at: time) == true { return true }
        return book.isPinned(source, with: .sessions) && links[id]?.budget.answersToPinned.take(at: time) == true
    }

    // MARK: Sessions

    private mutating func establish(
        _ id: SessionID, with node: NodeID, isInitiator: Bool, _ step: inout Step<some RandomNumberGenerator>
    ) {
        remove(sessions.establish(id, with: node, isOpened: !isInitiator, at: step.time), &step)
        negotiations[node, default: Negotiation()].announced = .sealed(id)
        negotiations[node]?.wanted = nil
        negotiations[node]?.decideBy = nil
        negotiations[node]?.isReference = false
        count(.endToEndEstablished, &step)
        step.emit(.session(.establish(id, peer: node, isInitiator: isInitiator)))
    }

    private mutating func remove(
        _ evicted: [SessionTable.Ended], _ step: inout Step<some RandomNumberGenerator>
    ) {
        for session in evicted {
            count(.endToEndEvicted, &step)
            step.emit(.session(.remove(session.id)))
        }
        for session in evicted where negotiations[session.peer]?.announced == .sealed(session.id) {
            sessionEnded(with: session.peer, &step)
        }
    }

    /// One of the sessions with a node is over: the next one carries, and without any and without a route the node is
    /// forgotten here.
    private mutating func sessionEnded(with node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        updateCarriage(to: node, &step)
        if routing.routes[node] == nil { routeLost(to: node, &step) }
    }

    /// Pin and sessions of a node go.
    mutating func forget(_ node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        book.forget(node)
        endSessions(with: node, &step)
    }

    mutating func endSessions(with node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        for id in sessions.removeAll(of: node) { step.emit(.session(.remove(id))) }
        negotiations[node]?.offer = nil
        negotiations[node]?.isReference = false
        updateCarriage(to: node, &step)
        negotiations[node] = nil
    }

    /// Without a route nothing can be agreed on; sessions that stand are kept for its return.
    mutating func routeLost(to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard negotiations[node] != nil, sessions.current(of: node) == nil else { return }
        negotiations[node]?.isReference = false
        updateCarriage(to: node, &step)
        negotiations[node] = nil
    }

    // MARK: Time

    var sessionDeadline: MonotonicTime? {
        .earliest(sessions.nextDeadline, negotiations.nextDeadline)
    }

    mutating func attendSessions(_ step: inout Step<some RandomNumberGenerator>) {
        for (id, node) in sessions.expire(at: step.time) {
            step.emit(.session(.remove(id)))
            sessionEnded(with: node, &step)
        }
        for node in negotiations.due(at: step.time) { attend(to: node, &step) }
    }

    private mutating func attend(to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        if let offer = negotiations[node]?.offer {
            if offer.expiry <= step.time {
                negotiations[node]?.giveUp(at: step.time, isPinned: book.isPinned(node, with: .sessions))
                count(.offerGivenUp, &step)
            } else if negotiations[node]?.offer?.takeTurn(at: step.time) == true {
                sendRouted(offer.payload, to: node, &step)
            }
        }
        if let decideBy = negotiations[node]?.decideBy, decideBy <= step.time {
            negotiations[node]?.decideBy = nil
            if sessions.current(of: node) == nil, mayUseReferenceForms(to: node) { takeForReference(node) }
            updateCarriage(to: node, &step)
        }
        if negotiations[node]?.isOfferDue(at: step.time) == true { makeOffer(to: node, &step) }
        negotiations[node]?.dropStaleWish(at: step.time)
    }

    // MARK: How payloads travel

    /// Whether payloads may take the reference's forms to this node at all (§6).
    func mayUseReferenceForms(to node: NodeID) -> Bool {
        configuration.referencePeers == .allow
            && (SafetyRule.pinnedForms.permits(!book.isPinned(node, with: .sessions)))
    }

    /// The node has shown that it knows nothing of sessions, as far as one can tell.
    mutating func takeForReference(_ node: NodeID) {
        negotiations[node, default: Negotiation()].isReference = true
        negotiations[node]?.decideBy = nil
    }

    /// Tells the data plane when payloads to a node travel differently from now on.
    mutating func updateCarriage(to node: NodeID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let negotiation = negotiations[node] else { return }
        let carriage: PayloadCarriage =
            if let session = sessions.current(of: node) {
                .sealed(session.id)
            } else if negotiation.isReference, mayUseReferenceForms(to: node) {
                .reference
            } else {
                .awaitingSession
            }
        guard carriage != negotiation.announced else { return }
        negotiations[node]?.announced = carriage
        step.emit(.session(.carry(node, carriage)))
    }
}
