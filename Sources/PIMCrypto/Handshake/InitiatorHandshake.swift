public import PIMWire

/// The dialer's side of one handshake: send `initiate`, then give the Response to `receive`. `spec/crypto.md` §5.5.
///
/// Serves once; any failure ends it. It says who the peer is, not whether that is who was meant or allowed: the caller
/// compares and authorizes, *after* this has verified (§12.6, §12.7). The session it yields is unconfirmed until a frame
/// of the peer opens (§12.8).
public struct InitiatorHandshake: Sendable {
    private enum State: Sendable {
        case awaitingResponse(HandshakeParty)
        case ended
    }

    private var state: State
    /// What to send first.
    public let initiate: HandshakeMessage

    /// - Parameters:
    ///   - meshKey: the mesh's handshake key; `nil` in an open mesh.
    ///   - ephemeral: fresh, never used before.
    ///   - nonce: 32 random bytes.
    public init(identity: Identity, meshKey: MeshKey?, ephemeral: Ephemeral, nonce: [UInt8]) throws(CryptoError) {
        let party = try HandshakeParty(identity: identity, meshKey: meshKey, ephemeral: ephemeral, nonce: nonce)
        state = .awaitingResponse(party)
        initiate = .initiate(party.hello)
    }

    /// Takes the Response and yields the session and the Confirm to send.
    ///
    /// - Throws: `invalidState`, `reflected`, `invalidPublicKey`, `invalidSignature`, `weakAgreement`.
    public mutating func receive(_ response: HandshakeHello) throws(CryptoError) -> HandshakeResult {
        guard case .awaitingResponse(let party) = state else {
            throw CryptoError(.invalidState, "handshake has ended")
        }
        // The last reference to the ephemeral secret goes with this call, however it ends.
        state = .ended
        try party.verify(response)
        let key = try party.sessionKey(with: response, initiator: party.hello, responder: response)
        let mac = HandshakeParty.confirmation(key, initiator: party.hello, responder: response)
        return HandshakeResult(
            peer: .init(derivedFrom: response.publicKey), peerPublicKey: response.publicKey, sessionKey: key,
            peerFeatures: response.features, confirm: .confirm(mac: mac))
    }
}
