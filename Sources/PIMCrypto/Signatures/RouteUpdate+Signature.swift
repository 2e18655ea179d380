public import PIMWire

extension RouteUpdate {
    /// A route update signed by its origin. `spec/crypto.md` §8.
    ///
    /// - Throws: `invalidInput` above 1000 entries.
    public init(signedBy identity: Identity, sequence: UInt64, entries: [RouteEntry]) throws(CryptoError) {
        self.init(origin: identity.nodeID, sequence: sequence, entries: entries)
        signature = try identity.sign(try bytesToSign())
    }

    /// Checks the signature against the public key that the handshake of the same link proved.
    ///
    /// - Throws: `invalidSignature` for 64 zero bytes (unsigned) and for a signature that does not verify,
    ///   `invalidPublicKey`.
    public func verify(publicKey: [UInt8]) throws(CryptoError) {
        guard signature.contains(where: { $0 != 0 }) else {
            throw CryptoError(.invalidSignature, "route update is not signed")
        }
        try Ed25519Verifier.verify(signature: signature, of: try bytesToSign(), publicKey: publicKey)
    }

    private func bytesToSign() throws(CryptoError) -> [UInt8] {
        do {
            return try signedBytes
        } catch {
            throw CryptoError(.invalidInput, error.description)
        }
    }
}
