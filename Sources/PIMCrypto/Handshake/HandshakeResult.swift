public import PIMCore
public import PIMWire

/// What a finished handshake yields.
public struct HandshakeResult: Sendable {
    /// The NodeID of the key the peer proved to hold.
    public var peer: NodeID
    /// The peer's Ed25519 public key, 32 bytes.
    public var peerPublicKey: [UInt8]
    public var sessionKey: SessionKey
    /// What the peer announced in its nonce, which its signature covers (`design/extensions.md` §2).
    public var peerFeatures: FeatureSet
    /// What the initiator still has to send; `nil` for the responder.
    public var confirm: HandshakeMessage?
}
