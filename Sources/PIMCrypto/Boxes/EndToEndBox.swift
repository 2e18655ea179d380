import Crypto
public import PIMCore

/// A one-shot box for the holder of a static X25519 key: `ephemeral ‖ nonce ‖ ciphertext ‖ tag`. `spec/crypto.md` §7.
///
/// The sender is not authenticated. Not for the packet path, which uses `EndToEndBoxSealer` and `EndToEndBoxOpener`.
public enum EndToEndBox {
    /// Bytes a box is longer than its content.
    public static let overhead = 60
    /// Ephemeral key and nonce, before the ciphertext.
    public static let header = 44
    static let info = "pim-e2e-v1"

    /// - Parameter random: must be cryptographically secure outside of tests.
    /// - Throws: `weakAgreement` for a recipient key of small order.
    public static func seal(
        _ plaintext: [UInt8], to recipient: X25519PublicKey, using random: inout some RandomNumberGenerator
    ) throws(CryptoError) -> [UInt8] {
        let ephemeral = try Ephemeral(using: &random)
        return try seal(plaintext, to: recipient, ephemeral: ephemeral, nonce: random.bytes(12))
    }

    static func seal(
        _ plaintext: [UInt8], to recipient: X25519PublicKey, ephemeral: Ephemeral, nonce: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let key = Derivation.key(from: try ephemeral.agree(with: recipient.bytes), info: info)
        do {
            let sealed = try AES.GCM.seal(plaintext, using: key, nonce: AES.GCM.Nonce(data: nonce))
            var box: [UInt8] = []
            box.reserveCapacity(plaintext.count + overhead)
            box.append(contentsOf: ephemeral.publicKey)
            box.append(contentsOf: nonce)
            box.append(contentsOf: sealed.ciphertext)
            box.append(contentsOf: sealed.tag)
            return box
        } catch {
            throw CryptoError(.encryptionFailed, "end-to-end box")
        }
    }

    /// - Throws: `tooShort`, `weakAgreement`, `decryptionFailed`.
    static func open(_ box: [UInt8], with secret: Ephemeral) throws(CryptoError) -> [UInt8] {
        guard box.count >= overhead else { throw CryptoError(.tooShort, "end-to-end box of \(box.count) bytes") }
        let key = Derivation.key(from: try secret.agree(with: Array(box[..<32])), info: info)
        do {
            return Array(try AES.GCM.open(AES.GCM.SealedBox(combined: box[32...]), using: key))
        } catch {
            throw CryptoError(.decryptionFailed, "end-to-end box")
        }
    }
}
