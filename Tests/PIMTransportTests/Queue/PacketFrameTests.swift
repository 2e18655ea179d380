import NIOCore
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMTransport

/// Frames of packets wait for their link; what is small does not wait behind them.
@Suite struct PacketFrameTests {
    private func frame(_ size: Int, flow: UInt64 = 1, to destination: NodeID = Fixtures.bob) -> OutboundFrame {
        let header = MeshHeader(
            source: Fixtures.alice, destination: destination, flags: .isControl, payloadLength: size)
        return .packets(header, ByteBuffer(repeating: 7, count: size), flow: flow)
    }

    private func queue(packetCapacity: Int) -> OutboundQueue {
        var configuration = LinkConfiguration()
        configuration.packetCapacity = packetCapacity
        return OutboundQueue(configuration: configuration, pool: nil)
    }

    private func append(_ frames: [OutboundFrame], from link: LinkID? = nil, to queue: inout OutboundQueue) -> [Bool] {
        frames.map { queue.append($0, lane: .data, from: link) }
    }

    @Test func largeFramesAreRefusedAboveTheirShareAndSmallOnesPass() {
        var queue = queue(packetCapacity: 100_000)
        // Payloads of plugins have the whole lane.
        let header = MeshHeader(source: Fixtures.alice, destination: Fixtures.bob, payloadLength: 60_000)
        let payload = OutboundFrame.meshBytes(header, [UInt8](repeating: 1, count: 60_000))
        let taken = append([frame(60_000), frame(60_000), frame(100, flow: 2), payload], to: &queue)
        #expect(taken == [true, false, true, true])
    }

    @Test func relayedFramesDoNotUseTheShare() {
        var queue = queue(packetCapacity: 100_000)
        let header = MeshHeader(source: Fixtures.bob, destination: Fixtures.alice, payloadLength: 60_000)
        let relayed = OutboundFrame.mesh(header, ByteBuffer(repeating: 1, count: 60_000))
        let link = LinkID(rawValue: 9)
        #expect(append([relayed, relayed, relayed, relayed], from: link, to: &queue).allSatisfy { $0 })
        #expect(append([frame(60_000)], to: &queue) == [true])
    }

    @Test func theLinkSaysWhenHalfOfTheShareIsFree() throws {
        var sessions = LinkSessions()
        sessions.install(
            try LinkSession(key: Fixtures.key(1), noncePrefix: Fixtures.alicePrefix),
            ownPrefix: Fixtures.alicePrefix, keepingPrevious: false)
        var queue = queue(packetCapacity: 100_000)
        #expect(append([frame(40_000), frame(40_000), frame(40_000)], to: &queue) == [true, true, false])
        var notices = [queue.takeWritableNotice()]
        _ = try queue.next(sealedWith: sessions)
        notices += [queue.takeWritableNotice(), queue.takeWritableNotice()]
        #expect(notices == [false, true, false])
        #expect(append([frame(40_000)], to: &queue) == [true])
    }

    @Test func flowsBetweenTwoNodesHaveQueuesOfTheirOwn() {
        let one = FlowLabel(frame(10, flow: 1), from: nil, seed: 3)
        #expect(one == FlowLabel(frame(10, flow: 1), from: nil, seed: 3))
        #expect((2..<20).contains { FlowLabel(frame(10, flow: $0), from: nil, seed: 3) != one })
    }
}
