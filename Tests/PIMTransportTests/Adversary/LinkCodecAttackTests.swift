import Attacks
import NIOCore
import PIMCore
import PIMCrypto
import PIMTransport
import PIMWire
import Testing

/// Bytes of a hostile dialer, and of somebody on the path who writes into a connection (`spec/wire.md` §20.1, §20.2).
@Suite struct LinkCodecAttackTests {
    @Test(arguments: [true, false])
    func aMessageThatNeverEndsEndsTheLink(withSession: Bool) throws {
        let outcome = try attack(on: .framing) {
            var pair = try CodecPair(withSession: withSession)
            // 4 GiB, and the link would take them.
            return (try? pair.bobReceives([0xff, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 100_000))) != nil
        }
        #expect(outcome == .prevented)
    }

    @Test func aStrangersClearFramesAreNotLookedAt() throws {
        let outcome = try attack(on: .sessionFirst) {
            var pair = try CodecPair(withSession: false)
            let goodbye = try ControlFrame.goodbye(Fixtures.alice, reason: 0).encode()
            let message = try TransportFrame(clear: .control, payload: goodbye).streamMessage()
            return try pair.bobReceives(message).contains { if case .direct = $0 { true } else { false } }
        }
        #expect(outcome == .prevented)
    }

    @Test(arguments: [.control, .routeUpdate, .heartbeat] as [FrameType])
    func aClearFrameWrittenIntoASealedLinkIsNotTaken(_ type: FrameType) throws {
        let outcome = try attack(on: .sealedLink) {
            var pair = try SealedPair()
            let message = try TransportFrame(clear: type, payload: [1, 2, 3]).streamMessage()
            return try pair.bobReceives(message).contains { if case .direct = $0 { true } else { false } }
        }
        #expect(outcome == .prevented)
    }

    @Test func aFrameSentBackIsNotTaken() throws {
        let outcome = try attack(on: .linkReflection) {
            var pair = try SealedPair()
            let ping = try ControlFrame.ping(1).encode()
            guard pair.alice.enqueue(.direct(.control, ping), lane: .control) == .queued else { return false }
            let own = Array(try CodecPair.takeAll(&pair.alice).readableBytesView)
            return try CodecPair.frames(&pair.alice, own).contains { if case .direct = $0 { true } else { false } }
        }
        #expect(outcome == .prevented)
    }

    @Test func aFramePlayedTwiceIsTakenOnce() throws {
        let outcome = try attack(on: .linkReplay) {
            var pair = try SealedPair()
            guard pair.alice.enqueue(.direct(.control, [3]), lane: .control) == .queued else { return false }
            let bytes = Array(try CodecPair.takeAll(&pair.alice).readableBytesView)
            return try pair.bobReceives(bytes + bytes).filter { if case .direct = $0 { true } else { false } }.count > 1
        }
        #expect(outcome == .prevented)
    }

    @Test func aFrameTakenOutOfTheStreamEndsTheLink() throws {
        let outcome = try attack(on: .linkGap) {
            var pair = try SealedPair()
            guard pair.alice.enqueue(.direct(.control, [3]), lane: .control) == .queued else { return false }
            _ = try CodecPair.takeAll(&pair.alice)
            guard pair.alice.enqueue(.direct(.control, [4]), lane: .control) == .queued else { return false }
            let second = Array(try CodecPair.takeAll(&pair.alice).readableBytesView)
            return (try? pair.bobReceives(second)) != nil
        }
        #expect(outcome == .prevented)
    }
}

/// Two codecs with a sealed link between them.
private struct SealedPair {
    var alice: LinkCodec
    var bob: LinkCodec

    init() throws {
        let pair = try CodecPair(withSession: false)
        (alice, bob) = (pair.alice, pair.bob)
        let key = try Fixtures.key(1)
        try alice.installSession(key, noncePrefix: Fixtures.alicePrefix, keepingPrevious: false, isSealed: true)
        try bob.installSession(key, noncePrefix: Fixtures.bobPrefix, keepingPrevious: false, isSealed: true)
    }

    mutating func bobReceives(_ bytes: [UInt8]) throws -> [LinkFrame] { try CodecPair.frames(&bob, bytes) }
}
