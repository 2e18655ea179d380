import Crypto
public import PIMCore

/// A 32-byte key that all members of a private mesh derive from their passphrase. `spec/crypto.md` §4.
///
/// Has no description and is wiped with its last copy.
public struct MeshKey: Sendable {
    let key: SymmetricKey

    init(_ key: SymmetricKey) {
        self.key = key
    }

    /// - Throws: `invalidInput` unless there are 32 bytes.
    public init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == 32 else { throw CryptoError(.invalidInput, "a mesh key has 32 bytes") }
        key = SymmetricKey(data: bytes)
    }

    /// The tag of a Bluetooth bridge's hello, made with the handshake key: 64 lowercase hex digits of HMAC-SHA256 over
    /// the sender's hex NodeID.
    public func rfcommTag(sender: NodeID) -> String {
        Hex.encode(Array(HMAC<SHA256>.authenticationCode(for: Array(sender.description.utf8), using: key)))
    }
}
