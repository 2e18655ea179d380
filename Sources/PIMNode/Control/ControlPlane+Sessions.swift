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
        let noncePrefix = result.sessionKey.noncePrefix(using: &step.random)
        step.emit(
            .installSession(
                id, result.sessionKey, noncePrefix: noncePrefix, previousLifetime: timing.previousSession,
                isSealed: isSealed))
        let renewalDue = nextRenewal(of: id, &step)
        if links[id]?.session != nil {
            noteRenewal(of: id, due: renewalDue, &step)
            links[id]?.session?.proposals = []
            guard isInitiator else {
                links[id]?.session?.features = result.peerFeatures
                return
            }
            // On a reference link the new key serves at once; what came with it is fresh once a frame opens.
            let proposal = SessionProposal(noncePrefix: noncePrefix, ephemeral: [], features: result.peerFeatures)
            links[id]?.session?.proposals = [proposal]
            return
        }
        links[id]?.session = SessionState(
            peer: result.peer, publicKey: result.peerPublicKey, established: step.time,
            isConfirmed: !isInitiator, isKeyConfirmed: SafetyRule.keyConfirmation.permits(!isInitiator),
            isSealed: isSealed,
            features: result.peerFeatures, isGuarded: isGuarded,
            confirmBy: step.time.advanced(
                by: isSealed || isGuarded ? timing.sealedConfirmation : timing.confirmation),
            heard: step.time,
            heartbeatDue: step.time.advanced(
                by: step.draw(isSealed ? timing.sealedHeartbeat : timing.heartbeat, times: 0.8...1)),
            renewalDue: renewalDue)
        inheritBudget(of: result.peer, on: id, at: step.time)
        count(.sessionEstablished, &step)
        // Never, unless a test lets it: an initiator waits for a frame that opens.
        if isInitiator, SafetyRule.keyConfirmation.permits(false) { proveLife(id, &step) }
    }

    /// A second link, or a new one, is no new budget.
    private mutating func inheritBudget(of peer: NodeID, on id: LinkID, at time: MonotonicTime) {
        let others =
            (paths[peer] ?? []).compactMap { links[$0]?.budget } + [spentBudgets.left(for: peer)].compactMap { $0 }
        guard let own = links[id]?.budget else { return }
        links[id]?.budget = others.reduce(own) { $0.emptier(than: $1, at: time) }
    }

    /// The end that was dialled renews later, so that it does so only when the other never does, as reference nodes.
    private mutating func nextRenewal(
        of id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) -> MonotonicTime {
        let timing = configuration.timing
        let lifetime = links[id]?.isDialed == true ? timing.renewal : timing.renewal + timing.renewalGrace
        return step.time.advanced(by: step.draw(lifetime, times: 0.9...1))
    }

    private mutating func noteRenewal(
        of id: LinkID, due: MonotonicTime, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let session = links[id]?.session else { return }
        links[id]?.session?.framesAtInstall = session.framesReported
        links[id]?.session?.renewalDue = due
        links[id]?.session?.heard = step.time
        count(.sessionRenewed, &step)
    }

    /// A Response to the renewal of a sealed link verified: the session it leads to counts once a frame opens under it
    /// (`design/extensions.md` §7).
    mutating func propose(
        _ result: HandshakeResult, ephemeral: [UInt8], on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        let noncePrefix = result.sessionKey.noncePrefix(using: &step.random)
        links[id]?.session?.proposals.append(
            SessionProposal(noncePrefix: noncePrefix, ephemeral: ephemeral, features: result.peerFeatures))
        step.emit(
            .proposeSession(
                id, result.sessionKey, noncePrefix: noncePrefix, trial: configuration.timing.sessionTrial,
                lifetime: configuration.timing.previousSession))
    }

    /// A frame opened under a renewal by this end: the peer has the key, and what it announced is fresh.
    mutating func renewalProven(
        _ noncePrefix: UInt64, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let session = links[id]?.session,
            let proposal = session.proposals.first(where: { $0.noncePrefix == noncePrefix })
        else { return }
        links[id]?.session?.proposals = []
        links[id]?.session?.features = proposal.features
        if session.isSealed {
            if case .initiating? = links[id]?.handshake { links[id]?.handshake = .idle }
            noteRenewal(of: id, due: nextRenewal(of: id, &step), &step)
        }
        proveFeatures(proposal.features, of: session.peer, &step)
    }

    /// A valid frame of the peer that it would not send had it refused the session.
    mutating func proveLife(_ id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let session = links[id]?.session else { return }
        heard(on: id, &step)
        guard !session.isConfirmed else { return }
        // Nobody takes the place of a working link to the peer by a handshake that may be a replay.
        guard session.isKeyConfirmed || paths[session.peer] == nil else { return }
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

    /// The session counts from now on: the peer is connected over this link, or it stands by beside another one, unless
    /// the other one leaves no room.
    mutating func confirmSession(on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let link = links[id], let session = link.session else { return }
        let peer = session.peer
        rememberPeer(on: id, &step)
        let rivals = confirmedLinks(to: peer).filter { !mayStandBeside(link, $0) }
        for rival in rivals {
            count(.duplicateLink, &step)
            guard displaces(link, rival, at: step.time) else { return close(id, reason: .duplicate, &step) }
        }
        let isReplaced = peers[peer].map { carrying in rivals.contains { $0.id == carrying } } ?? false
        paths[peer] = (paths[peer] ?? []).filter { path in !rivals.contains { $0.id == path } } + [id]
        if isReplaced {
            peers[peer] = id
            links[id]?.session?.carriesSince = step.time
            note(routing.neighbourUp(peer, at: step.time), &step)
            isTableChanged = true
            step.newcomers.append(peer)
        }
        reselect(peer, &step)
        dials.reached(peer, over: id, at: step.time, covered: dials.entries.map(isCovered))
        discovery.reached(peer, over: id, at: step.time)
        settleTie(id, peer, &step)
        for rival in rivals { close(rival.id, reason: .duplicate, &step) }
        closeSurplus(to: peer, &step)
        for path in paths[peer] ?? [] { ping(path, &step) }
    }

    /// Whether a newly confirmed link takes the place of a confirmed one to the same peer.
    ///
    /// Two ends that dialled each other at the same time both keep the connection dialled by the smaller NodeID
    /// (`spec/crypto.md` §5.6). Otherwise the newer one wins: its handshake is fresh proof that the peer wants it,
    /// while the older may be a connection the peer has lost without our knowing. A link that is stalled or whose key was
    /// never confirmed always gives way.
    private func displaces(_ link: LinkState, _ incumbent: LinkState, at time: MonotonicTime) -> Bool {
        guard let dialer = link.dialer(own: own), let incumbentDialer = incumbent.dialer(own: own),
            let held = incumbent.session, held.isKeyConfirmed, !held.isStalled, dialer != incumbentDialer,
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
        guard used >= (link.isDialed ? limit : limit + limit / 8) else { return }
        renew(link, &step)
    }

    /// Sends Init on a live link unless a handshake is under way there.
    mutating func renew(_ link: LinkState, _ step: inout Step<some RandomNumberGenerator>) {
        guard link.handshake.isIdle, link.session?.isConfirmed == true else { return }
        links[link.id]?.session?.renewalDue = step.time.advanced(by: .seconds(60))
        beginHandshake(on: link.id, &step)
    }
}
