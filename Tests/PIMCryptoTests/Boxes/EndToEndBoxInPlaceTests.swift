import PIMCore
import TestVectors
import Testing

@testable import PIMCrypto

/// The packet path's forms of boxes, against `EndToEndBox` and the vectors (`design/extensions.md` §6).
@Suite struct EndToEndBoxInPlaceTests {
    private static func identity(_ byte: UInt8) throws -> Identity {
        try Identity(seed: [UInt8](repeating: byte, count: 32))
    }

    private func open(_ box: [UInt8], by opener: EndToEndBoxOpener) throws -> [UInt8] {
        var box = box
        return try box.withUnsafeMutableBytes { Array(try opener.open($0)) }
    }

    private func seal(
        _ text: [UInt8], by sealer: EndToEndBoxSealer, using random: inout SeededRandom
    ) throws -> [UInt8] {
        var box = [UInt8](repeating: 0, count: EndToEndBox.header) + text + [UInt8](repeating: 0, count: 16)
        try box.withUnsafeMutableBytes { try sealer.seal($0, using: &random) }
        return box
    }

    @Test(arguments: Vectors.shared.e2e.ok)
    func opensTheVectors(_ vector: BoxVectors.Accepted) throws {
        let opener = EndToEndBoxOpener(identity: try Identity(seed: vector.recipientSeed.bytes))
        // Once with an agreement, once with the key it left.
        for _ in 0..<2 { #expect(try open(vector.wire.bytes, by: opener) == vector.plaintext.bytes) }
    }

    @Test(arguments: Vectors.shared.e2e.rejected)
    func refusesTheVectors(_ vector: BoxVectors.Rejected) throws {
        let opener = EndToEndBoxOpener(identity: try Identity(seed: vector.seed.bytes))
        let code: CryptoError.Code = vector.wire.bytes.count < 60 ? .tooShort : .decryptionFailed
        for _ in 0..<2 { #expect(throws: CryptoError(code, "")) { try open(vector.wire.bytes, by: opener) } }
    }

    @Test(arguments: [0, 1, 40, 1400, 65_475])
    func aSealedBoxIsOneThatEverybodyOpens(_ count: Int) throws {
        let recipient = try Self.identity(0x42)
        var random = SeededRandom(seed: 51)
        let sealer = try EndToEndBoxSealer(recipient: recipient.x25519PublicKey, at: .zero, using: &random)
        let text = random.bytes(count)
        let boxes = try (0..<3).map { _ in try seal(text, by: sealer, using: &random) }
        let opener = EndToEndBoxOpener(identity: recipient)
        for box in boxes {
            #expect(box.count == count + EndToEndBox.overhead)
            #expect(try recipient.open(box) == text)
            #expect(try open(box, by: opener) == text)
        }
        // One ephemeral key for all, a nonce of its own for each.
        #expect(Set(boxes.map { Array($0[..<32]) }).count == 1)
        #expect(Set(boxes.map { Array($0[32..<44]) }).count == 3)
        let other = EndToEndBoxOpener(identity: try Self.identity(1))
        #expect(throws: CryptoError(.decryptionFailed, "")) { try open(boxes[0], by: other) }
    }

    @Test func opensWhatEndToEndBoxSeals() throws {
        let recipient = try Self.identity(0x42)
        let opener = EndToEndBoxOpener(identity: recipient)
        var random = SeededRandom(seed: 52)
        for count in [0, 1, 1400] {
            let text = random.bytes(count)
            let box = try EndToEndBox.seal(text, to: recipient.x25519PublicKey, using: &random)
            #expect(try open(box, by: opener) == text)
        }
    }

    @Test func noAlteredBoxOpensAndTheGenuineOneStillDoes() throws {
        let recipient = try Self.identity(0x42)
        let opener = EndToEndBoxOpener(identity: recipient)
        var random = SeededRandom(seed: 53)
        let box = try EndToEndBox.seal([1, 2, 3], to: recipient.x25519PublicKey, using: &random)
        for round in 0..<2 {
            for index in box.indices {
                var altered = box
                altered[index] ^= 1
                #expect(throws: CryptoError.self, "byte \(index), round \(round)") { try open(altered, by: opener) }
            }
            for count in 0..<EndToEndBox.overhead {
                #expect(throws: CryptoError(.tooShort, "")) { try open(Array(box.prefix(count)), by: opener) }
            }
            #expect(try open(box, by: opener) == [1, 2, 3])
        }
    }

    @Test func buffersTooSmallForABoxAreRefused() throws {
        var random = SeededRandom(seed: 54)
        let sealer = try EndToEndBoxSealer(
            recipient: Self.identity(0x42).x25519PublicKey, at: .zero, using: &random)
        for count in 0..<EndToEndBox.overhead {
            var buffer = [UInt8](repeating: 0, count: count)
            #expect(throws: CryptoError(.invalidInput, "")) {
                try buffer.withUnsafeMutableBytes { try sealer.seal($0, using: &random) }
            }
        }
    }

    @Test func keysOfSmallOrderAreRefused() throws {
        let weak = try #require(X25519PublicKey([UInt8](repeating: 0, count: 32)))
        var random = SeededRandom(seed: 55)
        #expect(throws: CryptoError(.weakAgreement, "")) {
            try EndToEndBoxSealer(recipient: weak, at: .zero, using: &random)
        }
        let opener = EndToEndBoxOpener(identity: try Self.identity(1))
        #expect(throws: CryptoError(.weakAgreement, "")) {
            try open(weak.bytes + [UInt8](repeating: 0, count: 28), by: opener)
        }
    }

    // MARK: Wear

    @Test func aSealerIsWornAfterAMinute() throws {
        var random = SeededRandom(seed: 56)
        let start = MonotonicTime.zero.advanced(by: .seconds(100))
        let sealer = try EndToEndBoxSealer(recipient: Self.identity(1).x25519PublicKey, at: start, using: &random)
        #expect(!sealer.isWorn(at: start))
        #expect(!sealer.isWorn(at: start.advanced(by: .milliseconds(59_999))))
        #expect(sealer.isWorn(at: start.advanced(by: .seconds(60))))
    }

    @Test func aSealerIsWornAfterAMillionBoxes() throws {
        var random = SeededRandom(seed: 57)
        let sealer = try EndToEndBoxSealer(recipient: Self.identity(1).x25519PublicKey, at: .zero, using: &random)
        var box = [UInt8](repeating: 0, count: EndToEndBox.overhead)
        try box.withUnsafeMutableBytes { box in
            for _ in 1..<1 << 20 { try sealer.seal(box, using: &random) }
            #expect(!sealer.isWorn(at: .zero))
            try sealer.seal(box, using: &random)
        }
        #expect(sealer.isWorn(at: .zero))
    }

    // MARK: Memory

    @Test func twoHundredAndFiftySixKeysAreRememberedTheOldestGoesFirst() throws {
        let recipient = try Self.identity(0x42)
        let opener = EndToEndBoxOpener(identity: recipient)
        var random = SeededRandom(seed: 58)
        let boxes = try (0..<258).map { number in
            try EndToEndBox.seal([UInt8(number & 0xff)], to: recipient.x25519PublicKey, using: &random)
        }
        for (index, box) in boxes[..<256].enumerated() {
            _ = try open(box, by: opener)
            #expect(opener.rememberedKeys == index + 1)
        }
        for box in boxes[256...] { _ = try open(box, by: opener) }
        #expect(opener.rememberedKeys == 256)
        #expect(!opener.remembers(Array(boxes[0][..<32])))
        #expect(!opener.remembers(Array(boxes[1][..<32])))
        #expect(boxes[2...].allSatisfy { opener.remembers(Array($0[..<32])) })
        // One that was forgotten opens like a new one.
        #expect(try open(boxes[0], by: opener) == [0])
        #expect(!opener.remembers(Array(boxes[2][..<32])))
        // One that is known takes no place.
        #expect(try open(boxes[0], by: opener) == [0])
        #expect(opener.remembers(Array(boxes[3][..<32])))
    }

    /// Otherwise anybody could push out the keys of those who send.
    @Test func onlyWhatOpenedIsRemembered() throws {
        let recipient = try Self.identity(0x42)
        let opener = EndToEndBoxOpener(identity: recipient)
        var random = SeededRandom(seed: 59)
        for _ in 0..<20 {
            var box = try EndToEndBox.seal([1], to: recipient.x25519PublicKey, using: &random)
            box[50] ^= 1
            #expect(throws: CryptoError(.decryptionFailed, "")) { try open(box, by: opener) }
        }
        #expect(opener.rememberedKeys == 0)
    }
}
