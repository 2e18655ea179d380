public import PIMCore
public import PIMWire

/// The proof that a PeerInfo is its source's own. `design/extensions.md` §3.
///
/// The signed bytes are `"pim-origin-v1" ‖ source ‖ destination ‖ every byte of the frame before the signature`: a
/// domain of its own, and far longer than the 64 bytes of a handshake's.
extension PeerInfo {
    private static let domain = Array("pim-origin-v1".utf8)

    /// This PeerInfo signed by its node for one destination.
    ///
    /// - Parameters:
    ///   - destination: The mesh frame's destination, or the NodeID proven at the other end of the link.
    ///   - exchange: An offer or an answer; only with the feature `sessions`.
    /// - Throws: `invalidInput` for values without a wire form.
    public func signed(
        by identity: Identity, for destination: NodeID, features: FeatureSet, exchange: PeerInfoTrailer.Exchange? = nil
    ) throws(CryptoError) -> PeerInfo {
        let frame = PeerInfoTrailer.unsigned(
            self, features: features, exchange: exchange, publicKey: identity.publicKey)
        let signature = try identity.sign(Self.signedBytes(frame, from: identity.nodeID, to: destination))
        do {
            return try PeerInfoTrailer.peerInfo(frameBeforeSignature: frame, signature: signature)
        } catch {
            throw CryptoError(.invalidInput, error.description)
        }
    }

    static func signedBytes(_ frame: [UInt8], from source: NodeID, to destination: NodeID) -> [UInt8] {
        domain + source.bytes + destination.bytes + frame
    }
}

extension PeerInfoTrailer {
    /// Checks that `source` signed the frame for `destination`, and for nobody else.
    ///
    /// - Throws: `invalidPublicKey` when the key is not the source's or is weak, `invalidSignature`, `reflected` when
    ///   source and destination are one.
    public func verify(source: NodeID, destination: NodeID) throws(CryptoError) {
        guard source != destination else { throw CryptoError(.reflected, "PeerInfo of the receiver itself") }
        guard SafetyRule.originKey.permits(NodeID(derivedFrom: publicKey) == source) else {
            throw CryptoError(.invalidPublicKey, "PeerInfo signed with another node's key")
        }
        do {
            try Ed25519Verifier.verify(
                signature: signature,
                of: PeerInfo.signedBytes(frameBeforeSignature, from: source, to: destination), publicKey: publicKey)
        } catch {
            guard SafetyRule.originSignature.permits(false) else { throw error }
        }
    }
}
