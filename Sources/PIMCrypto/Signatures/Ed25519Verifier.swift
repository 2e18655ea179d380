import Crypto
import PIMCore

/// Ed25519 verification that refuses what plain verification lets through. `spec/crypto.md` §12.5.
///
/// Anybody can "sign" for a key of small order, so such a key would make a NodeID that belongs to everybody.
public enum Ed25519Verifier {
    /// The field prime 2²⁵⁵ − 19, little-endian.
    private static let prime: [UInt8] = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]

    /// The group order 2²⁵² + 27742317777372353535851937790883648493, little-endian.
    private static let groupOrder: [UInt8] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
    ]

    /// The y coordinates of the eight points of small order, little-endian; the sign of x does not matter.
    private static let smallOrder: [[UInt8]] = [
        [0x01] + [UInt8](repeating: 0, count: 31),
        [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
        [UInt8](repeating: 0, count: 32),
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
            0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
            0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
    ]

    /// - Throws: `invalidPublicKey` for a key that is no point, has small order or is not in canonical form;
    ///   `invalidSignature` for one that does not verify or whose S is not below the group order.
    public static func verify(
        signature: [UInt8], of message: [UInt8], publicKey: [UInt8]
    ) throws(CryptoError) {
        try check(publicKey: publicKey)
        guard signature.count == 64, isBelow(signature[32...], groupOrder) else {
            throw CryptoError(.invalidSignature, "Ed25519 signature is not canonical")
        }
        let key: Curve25519.Signing.PublicKey
        do {
            key = try Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
        } catch {
            throw CryptoError(.invalidPublicKey, "Ed25519 public key")
        }
        guard key.isValidSignature(signature, for: message) else {
            throw CryptoError(.invalidSignature, "Ed25519 signature does not verify")
        }
    }

    /// Refuses keys of small order and non-canonical keys without verifying anything.
    public static func check(publicKey: [UInt8]) throws(CryptoError) {
        guard publicKey.count == 32 else {
            throw CryptoError(.invalidPublicKey, "an Ed25519 public key has 32 bytes")
        }
        var y = publicKey
        y[31] &= 0x7f
        guard isBelow(y[...], prime) else { throw CryptoError(.invalidPublicKey, "Ed25519 key is not canonical") }
        guard SafetyRule.weakSigner.permits(!smallOrder.contains(y)) else {
            throw CryptoError(.invalidPublicKey, "Ed25519 key of small order")
        }
    }

    /// Whether one little-endian number is below another of the same size.
    private static func isBelow(_ number: ArraySlice<UInt8>, _ bound: [UInt8]) -> Bool {
        for (digit, limit) in zip(number.reversed(), bound.reversed()) where digit != limit { return digit < limit }
        return false
    }
}
