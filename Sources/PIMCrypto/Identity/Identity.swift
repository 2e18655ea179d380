import Crypto
public import PIMCore

/// Who this node is: an Ed25519 seed and everything derived from it. `spec/crypto.md` §3.
///
/// Copies share the secrets, which are wiped with the last one. Nothing here prints them.
public struct Identity: Sendable {
    /// Bytes of a seed.
    public static let seedByteCount = 32

    private let seed: SymmetricKey
    private let signingKey: Curve25519.Signing.PrivateKey
    private let agreementKey: Ephemeral

    /// The Ed25519 public key, 32 bytes.
    public let publicKey: [UInt8]
    public let nodeID: NodeID
    /// What boxes to this node are sealed for.
    public let x25519PublicKey: X25519PublicKey

    /// - Throws: `invalidInput` unless the seed has 32 bytes.
    public init(seed: [UInt8]) throws(CryptoError) {
        guard seed.count == Self.seedByteCount else {
            throw CryptoError(.invalidInput, "an identity seed has 32 bytes, this one has \(seed.count)")
        }
        do {
            signingKey = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw CryptoError(.invalidInput, "identity seed")
        }
        self.seed = SymmetricKey(data: seed)
        // Raw HKDF output; X25519 clamps on use (§3.3).
        var secret = Derivation.key(from: self.seed, info: "pim-x25519-identity-v1").exposedBytes
        defer { Wiping.wipe(&secret) }
        agreementKey = try Ephemeral(secret: secret)
        publicKey = Array(signingKey.publicKey.rawRepresentation)
        nodeID = NodeID(derivedFrom: publicKey)
        guard let x25519PublicKey = X25519PublicKey(agreementKey.publicKey) else {
            throw CryptoError(.invalidInput, "X25519 public key")
        }
        self.x25519PublicKey = x25519PublicKey
    }

    /// A new identity. The generator must be cryptographically secure outside of tests.
    public init(using random: inout some RandomNumberGenerator) throws(CryptoError) {
        var seed = random.bytes(Self.seedByteCount)
        defer { Wiping.wipe(&seed) }
        try self.init(seed: seed)
    }

    /// Ed25519 over the bytes as they are, 64 bytes. Callers put the domain in front where there is one.
    public func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        do {
            return Array(try signingKey.signature(for: message))
        } catch {
            throw CryptoError(.invalidInput, "signing failed")
        }
    }

    /// Seals bytes to another node with a fresh ephemeral key; 60 bytes longer. See `EndToEndBox`.
    public func seal(
        _ plaintext: [UInt8], to recipient: X25519PublicKey, using random: inout some RandomNumberGenerator
    ) throws(CryptoError) -> [UInt8] {
        try EndToEndBox.seal(plaintext, to: recipient, using: &random)
    }

    /// Opens a box sealed to this node.
    ///
    /// - Throws: `tooShort`, `weakAgreement`, `decryptionFailed`.
    public func open(_ box: [UInt8]) throws(CryptoError) -> [UInt8] {
        try EndToEndBox.open(box, with: agreementKey)
    }

    /// The key of boxes somebody sealed to this node with an ephemeral key.
    ///
    /// - Throws: `invalidInput`, `weakAgreement`.
    func boxKey(from ephemeral: [UInt8]) throws(CryptoError) -> SessionKey {
        SessionKey(Derivation.key(from: try agreementKey.agree(with: ephemeral), info: EndToEndBox.info))
    }

    /// Lends the 32 bytes of the seed: whoever keeps them is the node. The pointer dies with the call.
    public func withSeed<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try seed.withUnsafeBytes(body)
    }
}
