import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

/// Both back ends against the same vectors and against each other.
@Suite struct PacketCipherTests {
    enum BackEnd: CaseIterable {
        case preferred
        case portable

        func cipher(_ key: SessionKey) throws -> any PacketCipher {
            switch self {
            case .preferred: try PacketCiphers.preferred(key: key)
            case .portable: PortablePacketCipher(key: key)
            }
        }
    }

    private static func seal(_ cipher: any PacketCipher, _ text: [UInt8], _ nonce: Nonce) throws -> ([UInt8], [UInt8]) {
        var text = text
        var tag = [UInt8](repeating: 0, count: 16)
        try text.withUnsafeMutableBytes { text in
            try tag.withUnsafeMutableBytes { tag in try cipher.seal(text, nonce: nonce, authenticating: nil, tag: tag) }
        }
        return (text, tag)
    }

    private static func open(_ cipher: any PacketCipher, _ text: [UInt8], _ tag: [UInt8], _ nonce: Nonce) throws
        -> [UInt8]
    {
        var text = text
        try text.withUnsafeMutableBytes { text in
            try tag.withUnsafeBytes { tag in try cipher.open(text, nonce: nonce, authenticating: nil, tag: tag) }
        }
        return text
    }

    @Test(arguments: Vectors.shared.sessionCipher.encrypt, BackEnd.allCases)
    func sealsAndOpensTheVectors(_ vector: SessionCipherVectors.Sealing, _ backEnd: BackEnd) throws {
        let cipher = try backEnd.cipher(SessionKey(vector.key.bytes))
        let nonce = Nonce(prefix: vector.prefix.bytes.reduce(0) { $0 << 8 | UInt64($1) }, counter: vector.counter)
        let (ciphertext, tag) = try Self.seal(cipher, vector.plaintext.bytes, nonce)
        #expect(ciphertext == vector.ciphertext.bytes)
        #expect(tag == vector.tag.bytes)
        #expect(try Self.open(cipher, ciphertext, tag, nonce) == vector.plaintext.bytes)
    }

    @Test(arguments: BackEnd.allCases)
    func refusesWhatWasChanged(_ backEnd: BackEnd) throws {
        let key = try SessionKey([UInt8](repeating: 0x42, count: 32))
        let cipher = try backEnd.cipher(key)
        let nonce = Nonce(prefix: 1, counter: 2)
        let (ciphertext, tag) = try Self.seal(cipher, [1, 2, 3, 4], nonce)
        let refused = CryptoError(.decryptionFailed, "")
        for bit in 0..<8 as Range<UInt8> {
            var changed = ciphertext
            changed[3] ^= 1 << bit
            #expect(throws: refused) { try Self.open(cipher, changed, tag, nonce) }
            var changedTag = tag
            changedTag[15] ^= 1 << bit
            #expect(throws: refused) { try Self.open(cipher, ciphertext, changedTag, nonce) }
        }
        #expect(throws: refused) { try Self.open(cipher, ciphertext, tag, Nonce(prefix: 1, counter: 3)) }
        #expect(throws: refused) { try Self.open(cipher, ciphertext, Array(tag.dropLast()), nonce) }
        let other = try backEnd.cipher(SessionKey([UInt8](repeating: 0x43, count: 32)))
        #expect(throws: refused) { try Self.open(other, ciphertext, tag, nonce) }
        // A failure leaves nothing behind that would spoil the next frame.
        #expect(try Self.open(cipher, ciphertext, tag, nonce) == [1, 2, 3, 4])
    }

    @Test func backEndsAgreeOnEverySize() throws {
        let key = try SessionKey((0..<32).map { UInt8($0) })
        let preferred = try PacketCiphers.preferred(key: key)
        let portable = PortablePacketCipher(key: key)
        var random = SeededRandom(seed: 6)
        for count in Array(0...70) + [1399, 1400, 1500, 65_575] {
            let plaintext = random.bytes(count)
            let nonce = Nonce(prefix: random.next(), counter: UInt32(count))
            let sealed = try Self.seal(preferred, plaintext, nonce)
            #expect(try Self.seal(portable, plaintext, nonce) == sealed)
            #expect(try Self.open(portable, sealed.0, sealed.1, nonce) == plaintext)
            #expect(try Self.open(preferred, sealed.0, sealed.1, nonce) == plaintext)
        }
    }
}
