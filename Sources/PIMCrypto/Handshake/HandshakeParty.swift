import Crypto
import PIMCore
import PIMWire

/// What both roles of a handshake do alike. `spec/crypto.md` §5.
struct HandshakeParty: Sendable {
    private let meshKey: MeshKey?
    private let ephemeral: Ephemeral
    let hello: HandshakeHello

    /// - Throws: `invalidInput` unless the nonce has 32 bytes.
    init(identity: Identity, meshKey: MeshKey?, ephemeral: Ephemeral, nonce: [UInt8]) throws(CryptoError) {
        guard nonce.count == 32 else { throw CryptoError(.invalidInput, "a handshake nonce has 32 bytes") }
        self.meshKey = meshKey
        self.ephemeral = ephemeral
        let signature = try identity.sign(ephemeral.publicKey + nonce)
        hello = HandshakeHello(
            publicKey: identity.publicKey, ephemeral: ephemeral.publicKey, nonce: nonce, signature: signature)
    }

    /// Refuses our own key or ephemeral coming back (§12.9), weak keys and bad signatures.
    func verify(_ peer: HandshakeHello) throws(CryptoError) {
        guard SafetyRule.handshakeReflection.permits(peer.publicKey != hello.publicKey) else {
            throw CryptoError(.reflected, "own public key")
        }
        guard SafetyRule.handshakeReflection.permits(peer.ephemeral != hello.ephemeral) else {
            throw CryptoError(.reflected, "own ephemeral key")
        }
        guard peer.ephemeral.count == 32, peer.nonce.count == 32 else {
            throw CryptoError(.invalidInput, "handshake field of a wrong size")
        }
        do {
            try Ed25519Verifier.verify(
                signature: peer.signature, of: peer.signedBytes, publicKey: peer.publicKey)
        } catch {
            guard SafetyRule.handshakeSignature.permits(false) else { throw error }
        }
    }

    /// The session key. §5.3
    func sessionKey(with peer: HandshakeHello, initiator: HandshakeHello, responder: HandshakeHello) throws(CryptoError)
        -> SessionKey
    {
        var material = try ephemeral.agree(with: peer.ephemeral).exposedBytes
        if let meshKey {
            var shared = material
            shared.reserveCapacity(64)
            meshKey.key.withUnsafeBytes { shared.append(contentsOf: $0) }
            Wiping.wipe(&material)
            swap(&material, &shared)
        }
        let input = SymmetricKey(consuming: &material)
        return SessionKey(
            Derivation.key(from: input, salt: initiator.nonce + responder.nonce, info: "pim-session-v1"))
    }

    static func transcript(initiator: HandshakeHello, responder: HandshakeHello) -> [UInt8] {
        initiator.publicKey + initiator.ephemeral + initiator.nonce
            + responder.publicKey + responder.ephemeral + responder.nonce
    }

    static func confirmation(_ key: SessionKey, initiator: HandshakeHello, responder: HandshakeHello) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(
                for: transcript(initiator: initiator, responder: responder), using: key.key))
    }

    /// Compares in constant time.
    static func isConfirmation(
        _ mac: [UInt8], _ key: SessionKey, initiator: HandshakeHello, responder: HandshakeHello
    ) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            mac, authenticating: transcript(initiator: initiator, responder: responder), using: key.key)
    }
}
