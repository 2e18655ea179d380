public import PIMCore
public import PIMWire

/// The listener's side of one handshake: Init to `receive`, send the Response, Confirm to `confirm`. `spec/crypto.md` §5.4.
///
/// Serves once; any failure ends it. Trust is recorded after `confirm` only (§12.7), and never for anyone but
/// the NodeID of the key that signed.
public struct ResponderHandshake: Sendable {
    private enum State: Sendable {
        case awaitingInit(HandshakeParty)
        case awaitingConfirm(initiator: HandshakeHello, responder: HandshakeHello, SessionKey)
        case ended
    }

    private var state: State
    /// Who the Init says it is from, once its signature is verified. Replayable: not proven before `confirm`.
    public private(set) var presented: NodeID?

    /// - Parameters:
    ///   - meshKey: the mesh's handshake key; `nil` in an open mesh.
    ///   - ephemeral: fresh, never used before.
    ///   - nonce: 32 random bytes.
    public init(identity: Identity, meshKey: MeshKey?, ephemeral: Ephemeral, nonce: [UInt8]) throws(CryptoError) {
        state = .awaitingInit(
            try HandshakeParty(identity: identity, meshKey: meshKey, ephemeral: ephemeral, nonce: nonce))
    }

    /// Takes the Init and yields the Response to send.
    ///
    /// - Throws: `invalidState`, `reflected`, `invalidPublicKey`, `invalidSignature`, `weakAgreement`.
    public mutating func receive(_ initiate: HandshakeHello) throws(CryptoError) -> HandshakeMessage {
        guard case .awaitingInit(let party) = state else {
            state = .ended
            throw CryptoError(.invalidState, "Init out of order")
        }
        state = .ended
        try party.verify(initiate)
        let key = try party.sessionKey(with: initiate, initiator: initiate, responder: party.hello)
        presented = NodeID(derivedFrom: initiate.publicKey)
        state = .awaitingConfirm(initiator: initiate, responder: party.hello, key)
        return .respond(party.hello)
    }

    /// Takes the Confirm and yields the session.
    ///
    /// - Throws: `invalidState`; `confirmMismatch`, which almost always means that the mesh secrets differ (§12.16).
    public mutating func confirm(_ mac: [UInt8]) throws(CryptoError) -> HandshakeResult {
        guard case .awaitingConfirm(let initiator, let responder, let key) = state else {
            state = .ended
            throw CryptoError(.invalidState, "Confirm out of order")
        }
        state = .ended
        let isConfirmed = HandshakeParty.isConfirmation(mac, key, initiator: initiator, responder: responder)
        guard SafetyRule.handshakeConfirmation.permits(isConfirmed) else {
            throw CryptoError(.confirmMismatch, "the mesh secrets differ")
        }
        return HandshakeResult(
            peer: NodeID(derivedFrom: initiator.publicKey), peerPublicKey: initiator.publicKey, sessionKey: key,
            peerFeatures: initiator.features, confirm: nil)
    }
}
