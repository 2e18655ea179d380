import PIMCore
import PIMCrypto
import PIMWire

/// Who may have a session: asked only about a node that has proven itself, by its Confirm or, to the end that dialled, by
/// its Response (`spec/crypto.md` §12.7).
extension ControlPlane {
    /// Closes the link and returns `false` if the node at its other end may not have a session.
    mutating func admit(
        _ result: HandshakeResult, on id: LinkID, isInitiator: Bool, _ step: inout Step<some RandomNumberGenerator>
    ) -> Bool {
        let reason: LinkCloseReason
        if !SafetyRule.exclusion.permits(!reputation.isExcluded(result.peer)) {
            count(.peerExcluded, &step)
            reason = .excluded
        } else if isRevoked(result.peer) {
            count(.revokedRefused, &step)
            reason = .revoked
        } else if !authorization.admits(result.peer) {
            count(.notAuthorized, &step)
            reason = .notAuthorized
        } else {
            return true
        }
        // An own dial that fails is reported as such.
        if let link = links[id], !isInitiator {
            step.emit(.event(.peerRejected(result.peer, remoteAddress: link.remoteAddress, reason: reason)))
            tellRefusal(result, on: link, &step)
        }
        close(id, reason: reason, &step)
        return false
    }

    /// A node of our own kind learns that it was refused, so that it need not suspect its mesh secret. The session carries
    /// this one frame. A node that does not seal would take it for a shutdown, so it is not told.
    private mutating func tellRefusal(
        _ result: HandshakeResult, on link: LinkState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard link.session == nil, seals(with: result) else { return }
        step.emit(
            .installSession(
                link.id, result.sessionKey, noncePrefix: result.sessionKey.noncePrefix(using: &step.random),
                previousLifetime: configuration.timing.previousSession, isSealed: true))
        send(.goodbye(own, reason: GoodbyeReason.refused), on: link.id, &step)
    }

    /// Whether a frame that opened on a sealed link says that the peer refuses this node: at once, or from now on.
    func isRefusal(_ type: FrameType, _ bytes: [UInt8], by peer: NodeID) -> Bool {
        guard type == .control, bytes.first == ControlFrame.Tag.goodbye,
            case .goodbye(peer, GoodbyeReason.refused)? = try? ControlFrame.decode(bytes)
        else { return false }
        return true
    }

    /// Under trust on first use a node is remembered once it has proven itself. Whoever replays its Response and writes
    /// clear frames in its name has not (`spec/crypto.md` §12.8).
    mutating func rememberPeer(on id: LinkID, _ step: inout Step<some RandomNumberGenerator>) {
        guard let session = links[id]?.session, session.isConfirmed,
            SafetyRule.authorizationAfterProof.permits(session.isKeyConfirmed), authorization.remember(session.peer)
        else { return }
        step.emit(.trust(session.peer))
    }
}
