import PIMCore
import PIMCrypto
import PIMWire

/// The responder's half of the handshake (`spec/crypto.md` §5.4, with the order of §12.7: proof before policy).
extension ControlPlane {
    /// Takes Init, on a new link and at any time on a live one (`spec/crypto.md` §5.7). What costs next to nothing is
    /// checked first; the signature of a stranger waits for the turn of its address.
    mutating func receiveInitiate(
        _ hello: HandshakeHello, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links[id] else { return }
        guard mayAnswer(link) else {
            count(.handshakeUnexpected, &step)
            if link.session == nil { close(id, reason: .handshakeRefused, &step) }
            return
        }
        if link.session != nil, links[id]?.budget.renewals.take(at: step.time) != true {
            return count(.handshakeOverLimit, &step)
        }
        guard SafetyRule.handshakeReflection.permits(hello.publicKey != identity.publicKey) else {
            refuseOwnInitiate(hello, on: id, &step)
            return
        }
        // The name follows from the key: telling costs one hash.
        let presented = NodeID(derivedFrom: hello.publicKey)
        guard SafetyRule.provenPreamble.permits((link.session?.peer ?? link.preamble ?? presented) == presented) else {
            count(.forgedPreamble, &step)
            blameStranger(.replay, on: link, &step)
            return close(id, reason: .identityMismatch, &step)
        }
        guard SafetyRule.handshakeReplay.permits(hellos.admit(hello)) else {
            count(.handshakeReplayed, &step)
            blameStranger(.replay, on: link, &step)
            if link.session == nil { close(id, reason: .handshakeRefused, &step) }
            return
        }
        guard link.session == nil, let deadline = link.handshake.deadline else { return answer(hello, on: id, &step) }
        links[id]?.handshake = .queued(until: deadline)
        handshakes.append(hello, on: id, from: link.address)
        serveHandshakes(1, &step)
    }

    /// Checks the signature of Init and sends the Response.
    mutating func answer(
        _ hello: HandshakeHello, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links[id] else { return }
        let nonce = features.handshakeNonce(random: step.randomBytes(32))
        guard let ephemeral = try? Ephemeral(using: &step.random),
            var handshake = try? ResponderHandshake(
                identity: identity, meshKey: meshKey, ephemeral: ephemeral, nonce: nonce),
            let response = try? handshake.receive(hello).encode(), let presented = handshake.presented
        else {
            count(.handshakeFailed, &step)
            blameStranger(.badSignature, on: link, &step)
            if link.session == nil { close(id, reason: .handshakeRefused, &step) }
            return
        }
        // An Init proves nothing yet: it may be a recording. But nobody plays one of a node that is shut out anyway.
        guard SafetyRule.exclusion.permits(!reputation.isExcluded(presented)) else {
            count(.peerExcluded, &step)
            return close(id, reason: .excluded, &step)
        }
        links[id]?.handshake = .responding(
            handshake, until: step.time.advanced(by: configuration.timing.handshake))
        step.emit(.send(id, .handshake, response))
    }

    mutating func receiveConfirm(
        _ mac: [UInt8], on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links[id] else { return }
        guard case .responding(var handshake, _) = link.handshake else {
            // A reference responder never confirms, and nobody else does before it was answered.
            return count(.handshakeUnexpected, &step)
        }
        guard let result = try? handshake.confirm(mac) else {
            count(.confirmMismatch, &step)
            // As with a wrong Response, a renewal that fails leaves the session as it was (`design/extensions.md` §7).
            guard link.session == nil else { return }
            blameStranger(.wrongSecret, on: link, &step)
            return close(id, reason: .confirmMismatch, &step)
        }
        links[id]?.handshake = .idle
        guard admit(result, on: id, isInitiator: false, &step), acceptsSecurity(of: result, on: id, &step) else {
            return
        }
        let isFirst = link.session == nil
        strangers.remove(id)
        install(result, on: id, isInitiator: false, &step)
        proveFeatures(result.peerFeatures, of: result.peer, &step)
        introduceDirectly(on: id, &step)
        // A right Confirm is proof enough, also for a session of ours that still waited for one.
        if isFirst { confirmSession(on: id, &step) } else { proveLife(id, &step) }
        // The sealed frame by which a reference initiator's own kind knows that it was accepted (`spec/crypto.md` §12.8);
        // on a sealed link every frame is one.
        if links[id]?.session?.isSealed == false { introduceRouted(to: result.peer, &step) }
    }

    private func mayAnswer(_ link: LinkState) -> Bool {
        switch link.handshake {
        case .awaitingInitiate: true
        case .queued: false
        case .idle, .responding: link.session != nil
        case .initiating:
            // Both ends renew at once: the smaller NodeID's Init stands.
            link.session.map { $0.peer < own } ?? false
        }
    }

    /// An Init under our own key: either we dialled ourselves, then the dialled end is one of our links, or somebody
    /// plays our own message back to us.
    private mutating func refuseOwnInitiate(
        _ hello: HandshakeHello, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        let dialed = links.values.first { link in
            guard case .initiating(_, let ephemeral, _) = link.handshake else { return false }
            return link.session == nil && ephemeral == hello.ephemeral
        }
        if let dialed { close(dialed.id, reason: .selfConnection, &step) }
        guard links[id]?.session == nil else { return count(.handshakeFailed, &step) }
        refuseSelf(id, &step)
    }
}
