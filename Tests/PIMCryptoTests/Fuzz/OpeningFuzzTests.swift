import PIMCore
import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

/// Seeded fuzzing of everything that opens or verifies bytes of strangers: nothing but the genuine passes.
@Suite struct OpeningFuzzTests {
    @Test func sessionsOpenNothingForged() throws {
        let key = try SessionKey([UInt8](repeating: 7, count: 32))
        let sender = try LinkSession(key: key, noncePrefix: 1)
        let receiver = try LinkSession(key: key, noncePrefix: 2)
        var random = SeededRandom(seed: 8)
        for _ in 0..<2_000 {
            var frame = [UInt8](repeating: 0, count: 36) + random.bytes(random.int(below: 100))
            if random.int(below: 3) == 0 {
                frame = random.bytes(frame.count)
            } else {
                try frame.withUnsafeMutableBytes { try sender.seal($0) }
                // Bytes 12–15 are the low half of the prefix: not authenticated by the header, but part of the nonce.
                frame[random.int(below: frame.count - 8) + 8] ^= 1 << UInt8(random.int(below: 8))
            }
            #expect(throws: CryptoError.self) { try frame.withUnsafeMutableBytes { try receiver.open($0) } }
        }
        #expect(receiver.framesOpened == 0)
    }

    @Test func boxesOpenNothingForged() throws {
        let identity = try Identity(seed: [UInt8](repeating: 7, count: 32))
        var random = SeededRandom(seed: 9)
        for _ in 0..<100 {
            var box = try identity.seal(random.bytes(40), to: identity.x25519PublicKey, using: &random)
            box[random.int(below: box.count)] ^= 1 << UInt8(random.int(below: 7))
            #expect(throws: CryptoError.self) { try identity.open(box) }
            #expect(throws: CryptoError.self) { try identity.open(random.bytes(random.int(below: 200))) }
        }
    }

    @Test func handshakesAcceptNothingForged() throws {
        let alice = try Identity(seed: [UInt8](repeating: 1, count: 32))
        let bob = try Identity(seed: [UInt8](repeating: 2, count: 32))
        var random = SeededRandom(seed: 10)
        for _ in 0..<200 {
            let initiator = try InitiatorHandshake(
                identity: alice, meshKey: nil, ephemeral: Ephemeral(using: &random), nonce: random.bytes(32))
            var responder = try ResponderHandshake(
                identity: bob, meshKey: nil, ephemeral: Ephemeral(using: &random), nonce: random.bytes(32))
            var bytes = try initiator.initiate.encode()
            bytes[1 + random.int(below: bytes.count - 1)] ^= 1 << UInt8(random.int(below: 8))
            guard case .initiate(let hello) = try HandshakeMessage.decode(bytes) else { continue }
            #expect(throws: CryptoError.self) { try responder.receive(hello) }
        }
    }
}
