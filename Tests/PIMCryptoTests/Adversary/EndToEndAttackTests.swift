import Attacks
import PIMCore
import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

/// A relay at the sealed frames of a session between two other nodes (`design/extensions.md` §5).
@Suite struct EndToEndAttackTests {
    private struct Pair {
        let sender: EndToEndSession
        let receiver: EndToEndSession

        init() throws {
            var random = SeededRandom(seed: 9)
            let (anna, ben) = (NodeID(high: 1, low: 1), NodeID(high: 2, low: 2))
            let (offer, answer) = (try Ephemeral(using: &random), try Ephemeral(using: &random))
            sender = EndToEndSession(
                keys: try EndToEndKeys(offering: offer, answer: answer.publicKey, own: anna, peer: ben), peer: ben)
            receiver = EndToEndSession(
                keys: try EndToEndKeys(answering: answer, offer: offer.publicKey, own: ben, peer: anna), peer: anna)
        }

        func seal(_ text: [UInt8], as tag: SealedFrameHeader.Tag = .payload) throws -> [UInt8] {
            var frame = [UInt8](repeating: 0, count: 17) + text + [UInt8](repeating: 0, count: 16)
            try frame.withUnsafeMutableBytes { try sender.seal($0, as: tag) }
            return frame
        }

        func opens(_ frame: [UInt8], at session: EndToEndSession? = nil) -> Bool {
            var frame = frame
            return frame.withUnsafeMutableBytes { bytes in
                guard let header = try? SealedFrameHeader(decoding: UnsafeRawBufferPointer(bytes)) else { return false }
                return (try? (session ?? receiver).open(header, bytes)) != nil
            }
        }
    }

    @Test func aRelayCannotDeliverAFrameTwice() throws {
        let outcome = try attack(on: .sealedReplay) {
            let pair = try Pair()
            let frame = try pair.seal([1])
            return pair.opens(frame) && pair.opens(frame)
        }
        #expect(outcome == .prevented)
    }

    @Test func norAfterAnyNumberOfOthers() throws {
        let outcome = try attack(on: .sealedReplay) {
            let pair = try Pair()
            let old = try pair.seal([1])
            guard pair.opens(old) else { return false }
            for _ in 0..<5000 { guard pair.opens(try pair.seal([2])) else { return false } }
            return pair.opens(old)
        }
        #expect(outcome == .prevented)
    }

    /// Nothing to switch off from here on: keys differ by direction and kind, and the cipher does the rest.
    @Test func noBitOfASealedFrameCanBeChanged() throws {
        let pair = try Pair()
        let frame = try pair.seal([1, 2, 3])
        // The session's identifier is looked up before this.
        for bit in 0..<frame.count * 8 where !(1..<9).contains(bit / 8) {
            var forged = frame
            forged[bit / 8] ^= 1 << (bit % 8)
            #expect(!pair.opens(forged))
        }
        #expect(pair.opens(frame))
    }

    @Test func aFrameSentBackDoesNotOpen() throws {
        let pair = try Pair()
        #expect(!pair.opens(try pair.seal([1]), at: pair.sender))
    }

    @Test func aPayloadDoesNotBecomePackets() throws {
        let pair = try Pair()
        var frame = try pair.seal([1])
        frame[0] = SealedFrameHeader.Tag.packets.rawValue
        #expect(!pair.opens(frame))
    }
}
