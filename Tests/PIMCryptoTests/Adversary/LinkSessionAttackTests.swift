import Attacks
import PIMCore
import PIMWire
import Testing

@testable import PIMCrypto

/// Somebody on the path of one link, who reads and writes the bytes of its connection (`spec/crypto.md` §12.1 to §12.3,
/// §12.13, §12.14; `design/extensions.md` §2).
@Suite struct LinkSessionAttackTests {
    private let key: SessionKey

    init() throws {
        key = try SessionKey((0..<32).map { UInt8($0) })
    }

    private func session(_ prefix: UInt64, sealsEverything: Bool = false) throws -> LinkSession {
        try LinkSession(key: key, noncePrefix: prefix, sealsEverything: sealsEverything)
    }

    @Test func framesDoNotShowTheKeyToAListener() throws {
        let outcome = attack(on: .noncePrefix) {
            // As the reference does when it dials: the prefix is the first eight bytes of the key.
            guard let sender = try? session(0x0001_0203_0405_0607), let frame = try? sealedFrame([1], with: sender)
            else { return false }
            return (try? TransportHeader.decode(frame[...]))?.nonce.prefix == 0x0001_0203_0405_0607
        }
        #expect(outcome == .prevented)
    }

    @Test func noCounterServesTwice() throws {
        let outcome = try attack(on: .counterLatch) {
            let last = LinkSession.firstRefusedCounter - 1
            let sender = try LinkSession(
                cipher: PacketCiphers.preferred(key: key), noncePrefix: 1, firstCounter: last)
            var counters: Set<UInt32> = []
            var sealed = 0
            for attempt in 0..<4 as Range<UInt8> {
                guard let frame = try? sealedFrame([attempt], with: sender) else { continue }
                sealed += 1
                counters.insert(try TransportHeader.decode(frame[...]).nonce.counter)
            }
            // The reference wraps to counters it has used.
            return counters.contains(0) || counters.count < sealed
        }
        #expect(outcome == .prevented)
    }

    @Test func aFrameOpensOnce() throws {
        let outcome = try attack(on: .linkReplay) {
            let (sender, receiver) = (try session(1), try session(2))
            let frame = try sealedFrame([1], with: sender)
            return opens(frame, receiver) && opens(frame, receiver)
        }
        #expect(outcome == .prevented)
    }

    @Test func framesThatChangedPlacesDoNotBothOpen() throws {
        let outcome = try attack(on: .linkReplay) {
            let (sender, receiver) = (try session(1), try session(2))
            let (first, second) = (try sealedFrame([1], with: sender), try sealedFrame([2], with: sender))
            return opens(second, receiver) && opens(first, receiver)
        }
        #expect(outcome == .prevented)
    }

    @Test func aFrameSentBackToItsSenderDoesNotOpen() throws {
        let outcome = try attack(on: .linkReflection) {
            let sender = try session(1)
            return opens(try sealedFrame([1], with: sender), sender)
        }
        #expect(outcome == .prevented)
    }

    @Test func aFrameTakenOutOfASealedLinkIsMissed() throws {
        let outcome = try attack(on: .linkGap) {
            let (sender, receiver) = (try session(1, sealsEverything: true), try session(2, sealsEverything: true))
            let frames = try (0..<3 as Range<UInt8>).map { try sealedFrame([$0], with: sender, as: .control) }
            return opens(frames[0], receiver) && opens(frames[2], receiver)
        }
        #expect(outcome == .prevented)
    }

    @Test func theFirstFramesOfASealedLinkAreMissedToo() throws {
        let outcome = try attack(on: .linkGap) {
            let (sender, receiver) = (try session(1, sealsEverything: true), try session(2, sealsEverything: true))
            _ = try sealedFrame([0], with: sender, as: .control)
            return opens(try sealedFrame([1], with: sender), receiver)
        }
        #expect(outcome == .prevented)
    }

    @Test(arguments: [(.control, .data), (.data, .control), (.heartbeat, .routeUpdate)] as [(FrameType, FrameType)])
    func aSealedFrameDoesNotBecomeOneOfAnotherType(_ sealed: FrameType, _ claimed: FrameType) throws {
        let outcome = try attack(on: .typeBinding) {
            let (sender, receiver) = (try session(1, sealsEverything: true), try session(2, sealsEverything: true))
            var frame = try sealedFrame([1, 2], with: sender, as: sealed)
            var header = try TransportHeader.decode(frame[...])
            header = TransportHeader(type: claimed, length: header.length, nonce: header.nonce)
            try frame.withUnsafeMutableBytes { try header.encode(into: $0) }
            return opens(frame, receiver)
        }
        #expect(outcome == .prevented)
    }

    /// Nothing to switch off: this is the cipher.
    @Test func noBitOfASealedFrameCanBeChanged() throws {
        let frame = try sealedFrame([1, 2, 3], with: try session(1, sealsEverything: true), as: .control)
        for bit in 0..<frame.count * 8 {
            var forged = frame
            forged[bit / 8] ^= 1 << (bit % 8)
            #expect(!opens(forged, try session(2, sealsEverything: true)))
        }
    }
}
