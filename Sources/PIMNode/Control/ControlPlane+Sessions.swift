import PIMCore
import PIMCrypto
import PIMWire

/// From a finished handshake to a peer, and the choice between two links to one peer.
extension ControlPlane {
    /// Hands the link its new key. The first one makes a session, every later one renews it.
    mutating func install(
        _ result: HandshakeResult, on id: LinkID, isInitiator: Bool, _ step: inout Step<some RandomNumberGenerator>
    ) {
        let timing = configuration.timing
        let isSealed = seals(with: result)
        let isGuarded = isInitiator && !isSealed && mightBeRecorded(result)
        step.emit(
            .installSession(
                id, result.sessionKey, noncePrefix: result.sessionKey.noncePrefix(using: &step.random),
                previousLifetime: timing.previousSession, isSealed: isSealed))
        // The responder renews later, so that it does so only when the initiator never does, as reference nodes.
        let lifetime = isInitiator ? timing.renewal : timing.renewal * 1.5
        let renewalDue = step.time.advanced(by: step.draw(lifetime, times: 0.9...1))
        if let session = links[id]?.session {
            links[id]?.session?.framesAtInstall = session.framesReported
            links[id]?.session?.isInitiator = isInitiator
            links[id]?.session?.features = result.peerFeatures
            links[id]?.session?.renewalDue = renewalDue
            links[id]?.session?.heard = step.time
            return count(.sessionRenewed, &step)
        }
        links[id]?.session = SessionState(
            peer: result.peer, publicKey: result.peerPublicKey, established: step.time, isInitiator: isInitiator,
            isConfirmed: !isInitiator, isKeyConfirmed: !isInitiator, isSealed: isSealed,
            features: result.peerFeatures, isGuarded: isGuarded,
            confirmBy: step.time.advanced(
                by: isSealed || isGuarded ? timing.sealedConfirmation : timing.confirmation),
            heard: step.time,
            heartbeatDue: step.time.advanced(by: step.draw(timing.heartbeat, times: 0.8...1)), renewalDue: renewalDue)
        count(.sessionEstablished, &step)
    }

    /// A valid frame of the peer that it would not send had it refused the session.
    mutating func proveLife(_ id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let session = links[id]?.session else { return }
        links[id]?.session?.heard = step.time
        guard !session.isConfirmed else { return }
        // Nobody takes the place of a working link to the peer by a handshake that may be a replay.
        guard session.isKeyConfirmed || peers[session.peer] == nil else { return }
        links[id]?.session?.isConfirmed = true
        confirmSession(on: id, &step)
    }

    /// A frame of the peer opened.
    mutating func confirmKey(of id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let unconfirmed = links[id]?.session else { return }
        links[id]?.session?.isKeyConfirmed = true
        links[id]?.session?.isGuarded = false
        if !unconfirmed.isKeyConfirmed { proveFeatures(unconfirmed.features, of: unconfirmed.peer, &step) }
        if unconfirmed.isGuarded { introduceDirectly(on: id, &step) }
        proveLife(id, &step)
        rememberPeer(on: id, &step)
        guard let session = links[id]?.session, let introduction = session.heldIntroduction else { return }
        links[id]?.session?.heldIntroduction = nil
        step.emit(
            .peerInfo(
                source: session.peer, introduction.x25519, name: introduction.name, via: .direct, isSigned: false,
                announce: true))
    }

    /// The session counts from now on: the peer is connected over this link, unless another one to it stays.
    mutating func confirmSession(on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let link = links[id], let session = link.session else { return }
        let peer = session.peer
        rememberPeer(on: id, &step)
        if let rival = peers[peer], let incumbent = links[rival] {
            count(.duplicateLink, &step)
            guard displaces(link, incumbent, at: step.time) else { return close(id, reason: .duplicate, &step) }
            peers[peer] = id
            dials.reached(peer, over: id)
            note(routing.neighbourUp(peer, at: step.time), &step)
            isTableChanged = true
            step.newcomers.append(peer)
            close(rival, reason: .duplicate, &step)
            return
        }
        peers[peer] = id
        isTableChanged = true
        dials.reached(peer, over: id)
        step.announce(.peerConnected(peer, id))
        note(routing.neighbourUp(peer, at: step.time), &step)
        step.newcomers.append(peer)
    }

    /// Whether a newly confirmed link takes the place of a confirmed one to the same peer.
    ///
    /// Two ends that dialled each other at the same time both keep the connection dialled by the smaller NodeID
    /// (`spec/crypto.md` §5.6). Otherwise the newer one wins: its handshake is fresh proof that the peer wants it,
    /// while the older may be a connection the peer has lost without our knowing. A link whose key was never confirmed
    /// always gives way.
    private func displaces(_ link: LinkState, _ incumbent: LinkState, at time: MonotonicTime) -> Bool {
        guard let dialer = link.dialer(own: own), let incumbentDialer = incumbent.dialer(own: own),
            let held = incumbent.session, held.isKeyConfirmed, dialer != incumbentDialer,
            held.established.duration(to: time) < configuration.timing.simultaneousDial
        else { return true }
        return dialer < incumbentDialer
    }

    /// Renews a session whose key has sealed enough.
    mutating func noteUse(
        of id: LinkID, frames: UInt64, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links[id], let session = link.session else { return }
        links[id]?.session?.framesReported = frames
        let limit = configuration.limits.framesPerSession
        let used = frames - min(frames, session.framesAtInstall)
        guard used >= (session.isInitiator ? limit : limit + limit / 4) else { return }
        renew(link, &step)
    }

    /// Sends Init on a live link unless a handshake is under way there.
    mutating func renew(_ link: LinkState, _ step: inout Step<some RandomNumberGenerator>) {
        guard link.handshake.isIdle, link.session?.isConfirmed == true else { return }
        links[link.id]?.session?.renewalDue = step.time.advanced(by: .seconds(60))
        beginHandshake(on: link.id, &step)
    }
}
