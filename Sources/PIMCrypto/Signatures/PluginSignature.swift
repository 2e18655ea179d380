import Crypto

/// Signatures that plugins make with the node's key, each plugin in a domain of its own.
///
/// The signed bytes are `"pim-plugin-v1" ‖ n u8 ‖ plugin name (n) ‖ SHA-512(message)`. With 78 bytes and more they can
/// be neither a handshake's 64 nor, because of their beginning, the route update of any node whose id does not start with
/// that text.
public enum PluginSignature {
    private static let domain = "pim-plugin-v1"

    /// - Throws: `invalidInput` unless the name has 1 to 255 bytes.
    public static func sign(
        _ message: [UInt8], plugin name: String, by identity: Identity
    ) throws(CryptoError) -> [UInt8] {
        try identity.sign(try signedBytes(message, plugin: name))
    }

    /// - Throws: `invalidInput`, `invalidPublicKey`, `invalidSignature`.
    public static func verify(
        _ signature: [UInt8], of message: [UInt8], plugin name: String, publicKey: [UInt8]
    ) throws(CryptoError) {
        try Ed25519Verifier.verify(
            signature: signature, of: try signedBytes(message, plugin: name), publicKey: publicKey)
    }

    static func signedBytes(_ message: [UInt8], plugin name: String) throws(CryptoError) -> [UInt8] {
        guard let length = UInt8(exactly: name.utf8.count), length > 0 else {
            throw CryptoError(.invalidInput, "a plugin name has 1 to 255 bytes")
        }
        return Array(domain.utf8) + [length] + Array(name.utf8) + Array(SHA512.hash(data: message))
    }
}
