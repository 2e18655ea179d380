import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct LinkSessionTests {
    private let key: SessionKey

    init() throws {
        key = try SessionKey((0..<32).map { UInt8($0) })
    }

    private func session(_ prefix: UInt64, firstCounter: UInt32 = 0) throws -> LinkSession {
        try LinkSession(cipher: PacketCiphers.preferred(key: key), noncePrefix: prefix, firstCounter: firstCounter)
    }

    private func seal(_ session: LinkSession, _ plaintext: [UInt8]) throws -> [UInt8] {
        var frame = [UInt8](repeating: 0xee, count: 20) + plaintext + [UInt8](repeating: 0xee, count: 16)
        try frame.withUnsafeMutableBytes { try session.seal($0) }
        return frame
    }

    private func open(_ session: LinkSession, _ frame: [UInt8]) throws -> [UInt8] {
        var frame = frame
        try frame.withUnsafeMutableBytes { try session.open($0) }
        return Array(frame[20..<20 + (try TransportHeader.decode(frame[...]).length)])
    }

    @Test(arguments: [0, 1, 68, 1440, 65_575])
    func framesRoundTrip(_ count: Int) throws {
        let sender = try session(1)
        let receiver = try session(2)
        let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        for counter in 0..<3 as Range<UInt32> {
            let frame = try seal(sender, plaintext)
            let header = try TransportHeader.decode(frame[...])
            #expect(header == TransportHeader(type: .data, length: count, nonce: Nonce(prefix: 1, counter: counter)))
            // What follows the frame is ignored.
            #expect(try open(receiver, frame + [1, 2]) == plaintext)
        }
        #expect(sender.framesSealed == 3)
        #expect(receiver.framesOpened == 3)
    }

    @Test(arguments: Vectors.shared.sessionCipher.receiveRule)
    func countersOnlyRise(_ rule: SessionCipherVectors.ReceiveRule) throws {
        let receiver = try session(2)
        func frame(_ counter: UInt32) throws -> [UInt8] {
            var frame = [UInt8](repeating: 0, count: 36 + 4)
            let header = TransportHeader(type: .data, length: 4, nonce: Nonce(prefix: 1, counter: counter))
            let cipher = try PacketCiphers.preferred(key: key)
            try frame.withUnsafeMutableBytes { bytes in
                try header.encode(into: bytes)
                try cipher.seal(
                    UnsafeMutableRawBufferPointer(rebasing: bytes[20..<24]), nonce: header.nonce, authenticating: nil,
                    tag: UnsafeMutableRawBufferPointer(rebasing: bytes[24...]))
            }
            return frame
        }
        if let last = rule.last { _ = try open(receiver, frame(last)) }
        if rule.accept {
            _ = try open(receiver, frame(rule.counter))
        } else {
            #expect(throws: CryptoError(.replayedNonce, "")) { try open(receiver, frame(rule.counter)) }
        }
    }

    @Test func aForgedFrameDoesNotAdvanceTheReplayState() throws {
        let sender = try session(1)
        let receiver = try session(2)
        let first = try seal(sender, [1])
        var forged = try seal(sender, [2])
        forged[16] = 0xff
        #expect(throws: CryptoError(.decryptionFailed, "")) { try open(receiver, forged) }
        #expect(try open(receiver, first) == [1])
        #expect(throws: CryptoError(.replayedNonce, "")) { try open(receiver, first) }
        #expect(receiver.framesOpened == 1)
    }

    /// `spec/crypto.md` §12.3.
    @Test func ownFramesComingBackAreRefused() throws {
        let sender = try session(1)
        let frame = try seal(sender, [1])
        #expect(throws: CryptoError(.reflected, "")) { try open(sender, frame) }
        let genuine = try session(2)
        #expect(try open(sender, seal(genuine, [5])) == [5])
    }

    /// `spec/crypto.md` §6.3 and §12.2: two refusals more and the reference would use counter 0 again.
    @Test func exhaustionIsPermanent() throws {
        let firstRefused = Vectors.shared.sessionCipher.firstRefusedSendCounter
        let sender = try session(1, firstCounter: firstRefused - 1)
        #expect(!sender.isExhausted)
        let last = try seal(sender, [1])
        #expect(try TransportHeader.decode(last[...]).nonce.counter == firstRefused - 1)
        for _ in 0..<5 {
            #expect(throws: CryptoError(.nonceExhausted, "")) { try seal(sender, [1]) }
            #expect(sender.isExhausted)
        }
        #expect(sender.framesSealed == 1)
        #expect(try open(session(2), last) == [1])
    }

    @Test func onlyCompleteDataFramesOpen() throws {
        let sender = try session(1)
        let receiver = try session(2)
        let frame = try seal(sender, [1, 2, 3])
        let refused = CryptoError(.invalidInput, "")
        for count in 0..<frame.count {
            #expect(throws: refused) { try open(receiver, Array(frame.prefix(count))) }
        }
        let clear = try TransportFrame(clear: .control, payload: [4]).encode()
        #expect(throws: refused) { try open(receiver, clear) }
        var short = [UInt8](repeating: 0, count: 35)
        #expect(throws: refused) { try short.withUnsafeMutableBytes { try sender.seal($0) } }
        #expect(try open(receiver, frame) == [1, 2, 3])
    }

    @Test func prefixesNeverShowTheKey() throws {
        for word in [0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f, 0x1011_1213_1415_1617, 0x1819_1a1b_1c1d_1e1f]
            as [UInt64]
        {
            #expect(!key.allows(noncePrefix: word))
            #expect(throws: CryptoError(.invalidInput, "")) { try LinkSession(key: key, noncePrefix: word) }
        }
        /// Offers key bytes first, as no honest generator would.
        struct Stubborn: RandomNumberGenerator {
            var offers: [UInt64] = [42, 0x0809_0a0b_0c0d_0e0f, 0x0001_0203_0405_0607]
            mutating func next() -> UInt64 { offers.popLast() ?? 0 }
        }
        var random = Stubborn()
        #expect(key.noncePrefix(using: &random) == 42)
    }

    @Test func keysHaveThirtyTwoBytesAndNoText() throws {
        #expect(throws: CryptoError(.invalidInput, "")) { try SessionKey([1]) }
        let key = try SessionKey([UInt8](repeating: 0xab, count: 32))
        var text = "\(key) "
        dump(key, to: &text)
        #expect(!text.contains("171") && !text.lowercased().contains("abab"))
    }
}
