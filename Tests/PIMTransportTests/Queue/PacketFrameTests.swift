import NIOCore
import PIMCore
import PIMWire
import Testing

@testable import PIMTransport

/// Frames of packets wait for their link; what is small does not wait behind them.
@Suite struct PacketFrameTests {
    private func frame(_ size: Int, flow: UInt64 = 1, to destination: NodeID = Fixtures.bob) -> OutboundFrame {
        let header = MeshHeader(source: Fixtures.alice, destination: destination, flags: .isControl, payloadLength: size)
        return .packets(header, ByteBuffer(repeating: 7, count: size), flow: flow)
    }

    private func queue(packetCapacity: Int) -> OutboundQueue {
        var configuration = LinkConfiguration()
        configuration.packetCapacity = packetCapacity
        return OutboundQueue(configuration: configuration, pool: nil)
    }

    @Test func largeFramesAreRefusedAboveTheirShareAndSmallOnesPass() {
        var queue = queue(packetCapacity: 100_000)
        #expect(queue.append(frame(60_000), lane: .data, from: nil))
        #expect(!queue.append(frame(60_000), lane: .data, from: nil))
        #expect(queue.append(frame(100, flow: 2), lane: .data, from: nil))
        // Payloads of plugins have the whole lane.
        let header = MeshHeader(source: Fixtures.alice, destination: Fixtures.bob, payloadLength: 60_000)
        #expect(queue.append(.meshBytes(header, [UInt8](repeating: 1, count: 60_000)), lane: .data, from: nil))
    }

    @Test func relayedFramesDoNotUseTheShare() {
        var queue = queue(packetCapacity: 100_000)
        let header = MeshHeader(source: Fixtures.bob, destination: Fixtures.alice, payloadLength: 60_000)
        for _ in 0..<4 {
            let relayed = OutboundFrame.mesh(header, ByteBuffer(repeating: 1, count: 60_000))
            #expect(queue.append(relayed, lane: .data, from: LinkID(rawValue: 9)))
        }
        #expect(queue.append(frame(60_000), lane: .data, from: nil))
    }

    @Test func theLinkSaysWhenHalfOfTheShareIsFree() throws {
        var sessions = LinkSessions()
        sessions.install(
            try LinkSession(key: Fixtures.key(1), noncePrefix: Fixtures.alicePrefix),
            ownPrefix: Fixtures.alicePrefix, keepingPrevious: false)
        var queue = queue(packetCapacity: 100_000)
        #expect(queue.append(frame(40_000), lane: .data, from: nil))
        #expect(queue.append(frame(40_000), lane: .data, from: nil))
        #expect(!queue.append(frame(40_000), lane: .data, from: nil))
        #expect(!queue.takeWritableNotice())
        _ = try queue.next(sealedWith: sessions)
        #expect(queue.takeWritableNotice())
        #expect(!queue.takeWritableNotice())
        #expect(queue.append(frame(40_000), lane: .data, from: nil))
    }

    @Test func flowsBetweenTwoNodesHaveQueuesOfTheirOwn() {
        let one = FlowLabel(frame(10, flow: 1), from: nil, seed: 3)
        #expect(one == FlowLabel(frame(10, flow: 1), from: nil, seed: 3))
        #expect((2..<20).contains { FlowLabel(frame(10, flow: $0), from: nil, seed: 3) != one })
    }
}
