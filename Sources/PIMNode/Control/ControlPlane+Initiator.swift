import PIMCore
import PIMCrypto
import PIMWire

/// The initiator's half of the handshake (`spec/crypto.md` §5.5).
extension ControlPlane {
    /// Sends Init: on a new link that this node dialled, and on a live one to renew its session.
    mutating func beginHandshake(on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        do {
            let ephemeral = try Ephemeral(using: &step.random)
            let nonce = features.handshakeNonce(random: step.randomBytes(32))
            let handshake = try InitiatorHandshake(
                identity: identity, meshKey: meshKey, ephemeral: ephemeral, nonce: nonce)
            let message = try handshake.initiate.encode()
            links[id]?.session?.proposals = []
            links[id]?.handshake = .initiating(
                handshake, ephemeral: ephemeral.publicKey,
                until: step.time.advanced(by: configuration.timing.handshake))
            step.emit(.send(id, .handshake, message))
        } catch {
            count(.handshakeFailed, &step)
            close(id, reason: .handshakeRefused, &step)
        }
    }

    mutating func receiveResponse(
        _ hello: HandshakeHello, on id: LinkID, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard let link = links[id] else { return }
        guard case .initiating(var handshake, let ephemeral, _) = link.handshake,
            link.session?.mayPropose(hello.ephemeral) ?? true
        else { return count(.handshakeUnexpected, &step) }
        guard hello.publicKey != identity.publicKey || link.session != nil else { return refuseSelf(id, &step) }
        guard hello.publicKey != identity.publicKey, hello.ephemeral != ephemeral,
            let result = try? handshake.receive(hello), let confirm = try? result.confirm?.encode()
        else {
            count(.handshakeFailed, &step)
            // Handshakes are clear: whoever sits on the path can write one. The right one may still come, and until then
            // the session is what it was (`design/extensions.md` §7).
            guard link.session == nil else { return }
            return close(id, reason: .handshakeRefused, &step)
        }
        // A recorded Response of the peer looks as right as its real one. On a sealed link every frame tells them apart, so
        // that the handshake goes on until one has opened.
        let isProposal = link.session?.isSealed == true && !SafetyRule.renewalProof.permits(false)
        if !isProposal { links[id]?.handshake = .idle }
        guard (link.session?.peer ?? result.peer) == result.peer else {
            count(.forgedPreamble, &step)
            return close(id, reason: .identityMismatch, &step)
        }
        guard SafetyRule.expectedIdentity.permits((link.expected ?? result.peer) == result.peer) else {
            count(.unexpectedIdentity, &step)
            return close(id, reason: .unexpectedIdentity(result.peer), &step)
        }
        guard admit(result, on: id, isInitiator: true, &step), acceptsSecurity(of: result, on: id, &step) else {
            return
        }
        guard presentsAdvertisedKey(result, on: link) else {
            count(.unexpectedIdentity, &step)
            return close(id, reason: .unexpectedIdentity(result.peer), &step)
        }
        if isProposal {
            propose(result, ephemeral: hello.ephemeral, on: id, &step)
        } else {
            install(result, on: id, isInitiator: true, &step)
        }
        step.emit(.send(id, .handshake, confirm))
        introduceDirectly(on: id, &step)
    }

    /// Our own key answered: the target's address leads back here.
    mutating func refuseSelf(_ id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        count(.selfConnection, &step)
        close(id, reason: .selfConnection, &step)
    }
}
