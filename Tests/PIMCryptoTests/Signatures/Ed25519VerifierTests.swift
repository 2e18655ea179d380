import PIMCore
import PIMCrypto
import TestVectors
import Testing

@Suite struct Ed25519VerifierTests {
    private static let weak = Vectors.shared.weakEd25519

    @Test(arguments: weak.messages)
    func refusesTheKeyThatSignsForEverybody(_ vector: WeakKeyVectors.Message) {
        #expect(throws: CryptoError(.invalidPublicKey, "")) {
            try Ed25519Verifier.verify(
                signature: Self.weak.signature.bytes, of: vector.message.bytes, publicKey: Self.weak.publicKey.bytes)
        }
    }

    @Test(arguments: weak.smallOrderEncodings)
    func refusesSmallOrderWithEitherSign(_ vector: WeakKeyVectors.Encoding) {
        var encoding = vector.encoding.bytes
        #expect(throws: CryptoError(.invalidPublicKey, "")) { try Ed25519Verifier.check(publicKey: encoding) }
        encoding[31] ^= 0x80
        #expect(throws: CryptoError(.invalidPublicKey, "")) { try Ed25519Verifier.check(publicKey: encoding) }
    }

    /// y from the prime up to 2²⁵⁵ − 1 is another spelling of a smaller y.
    @Test(arguments: 0xed...0xff as ClosedRange<UInt8>, [0x7f, 0xff] as [UInt8])
    func refusesNonCanonicalKeys(_ first: UInt8, _ last: UInt8) {
        let key = [first] + [UInt8](repeating: 0xff, count: 30) + [last]
        #expect(throws: CryptoError(.invalidPublicKey, "")) { try Ed25519Verifier.check(publicKey: key) }
    }

    @Test(arguments: [0, 31, 33])
    func refusesKeysOfAnotherSize(_ count: Int) {
        let key = [UInt8](repeating: 9, count: count)
        #expect(throws: CryptoError(.invalidPublicKey, "")) { try Ed25519Verifier.check(publicKey: key) }
    }

    @Test func acceptsOrdinaryKeys() throws {
        for vector in Vectors.shared.identities { try Ed25519Verifier.check(publicKey: vector.ed25519Pub.bytes) }
    }

    /// S plus the group order verifies in the equation and must not here.
    @Test func refusesNonCanonicalS() throws {
        let identity = try Identity(seed: [UInt8](repeating: 3, count: 32))
        let message: [UInt8] = [1, 2, 3]
        let signature = try identity.sign(message)
        let order = try #require(Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"))
        var shifted = signature
        var carry = 0
        for position in 0..<32 {
            let sum = Int(shifted[32 + position]) + Int(order[position]) + carry
            shifted[32 + position] = UInt8(sum & 0xff)
            carry = sum >> 8
        }
        #expect(throws: CryptoError(.invalidSignature, "")) {
            try Ed25519Verifier.verify(signature: shifted, of: message, publicKey: identity.publicKey)
        }
        try Ed25519Verifier.verify(signature: signature, of: message, publicKey: identity.publicKey)
    }

    @Test(arguments: [0, 63, 65])
    func refusesSignaturesOfAnotherSize(_ count: Int) throws {
        let identity = try Identity(seed: [UInt8](repeating: 3, count: 32))
        #expect(throws: CryptoError(.invalidSignature, "")) {
            try Ed25519Verifier.verify(
                signature: [UInt8](repeating: 0, count: count), of: [], publicKey: identity.publicKey)
        }
    }
}
