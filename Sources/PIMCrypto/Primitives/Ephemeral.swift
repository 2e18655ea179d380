import Crypto
import PIMCore

/// An X25519 key pair for one handshake or one box. The secret is wiped with its last copy.
public struct Ephemeral: Sendable {
    private let secret: Curve25519.KeyAgreement.PrivateKey
    /// 32 bytes.
    public let publicKey: [UInt8]

    /// A fresh key pair. The generator must be cryptographically secure outside of tests.
    public init(using random: inout some RandomNumberGenerator) throws(CryptoError) {
        var bytes = random.bytes(32)
        defer { Wiping.wipe(&bytes) }
        try self.init(secret: bytes)
    }

    /// - Throws: `invalidInput` unless there are 32 bytes. They are clamped on use.
    public init(secret: [UInt8]) throws(CryptoError) {
        do {
            self.secret = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret)
        } catch {
            throw CryptoError(.invalidInput, "an X25519 secret has 32 bytes")
        }
        publicKey = Array(self.secret.publicKey.rawRepresentation)
    }

    /// X25519 with the other side's public key.
    ///
    /// - Throws: `invalidInput` unless it has 32 bytes; `weakAgreement` when the result is all zero, that is for keys of
    ///   small order (`spec/crypto.md` §12.5). The library on Linux does not check that.
    func agree(with publicKey: [UInt8]) throws(CryptoError) -> SymmetricKey {
        let shared: SharedSecret
        do {
            let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey)
            shared = try secret.sharedSecretFromKeyAgreement(with: key)
        } catch CryptoKitError.incorrectKeySize {
            throw CryptoError(.invalidInput, "an X25519 public key has 32 bytes")
        } catch {
            throw CryptoError(.weakAgreement, "X25519")
        }
        let (result, union) = shared.withUnsafeBytes { (SymmetricKey(data: $0), $0.reduce(0) { $0 | $1 }) }
        guard SafetyRule.weakAgreement.permits(union != 0) else {
            throw CryptoError(.weakAgreement, "X25519 result is zero")
        }
        return result
    }
}
