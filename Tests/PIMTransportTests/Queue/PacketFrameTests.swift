import NIOCore
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMTransport

/// Flows of packets share what may wait for a link.
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

    private func header(_ size: Int) -> MeshHeader {
        MeshHeader(source: Fixtures.alice, destination: Fixtures.bob, flags: .isControl, payloadLength: size)
    }

    /// Sends frames of a flow for as long as there is room for them, and returns how many those were.
    private func fill(_ queue: inout OutboundQueue, flow: UInt64, size: Int = 60_000) -> Int {
        var count = 0
        while count < 100, queue.hasRoom(for: size, header: header(size), flow: flow) {
            guard queue.append(frame(size, flow: flow), lane: .data, from: nil) else { break }
            count += 1
        }
        return count
    }

    @Test func aFlowAloneLeavesRoomForAnotherOne() {
        var queue = queue(packetCapacity: 600_000)
        #expect(fill(&queue, flow: 1) == 4)
    }

    /// However many flows there are: payloads of plugins have the other half, and small frames still pass.
    @Test func manyFlowsLeaveRoomForPayloads() {
        var configuration = LinkConfiguration()
        configuration.packetCapacity = configuration.dataCapacity / 2
        var queue = OutboundQueue(configuration: configuration, pool: nil)
        for flow in 1...200 { _ = fill(&queue, flow: UInt64(flow)) }
        #expect(!queue.hasRoom(for: 60_000, header: header(60_000), flow: 999))
        #expect(queue.hasRoom(for: 100, header: header(100), flow: 999))
        let payload = OutboundFrame.meshBytes(header(60_000), [UInt8](repeating: 1, count: 60_000))
        let taken = (0..<30).map { _ in queue.append(payload, lane: .data, from: nil) }
        #expect(taken.allSatisfy { $0 })
    }

    @Test func aNewFlowIsNotRefusedForAnOldOne() {
        var queue = queue(packetCapacity: 600_000)
        _ = fill(&queue, flow: 1)
        #expect(queue.hasRoom(for: 60_000, header: header(60_000), flow: 2))
        #expect(fill(&queue, flow: 2) > 1)
        // The first one has more than its third now.
        #expect(fill(&queue, flow: 1) == 0)
    }

    @Test func thereIsRoomAgainWhenFramesHaveLeft() throws {
        var sessions = LinkSessions()
        sessions.install(
            try LinkSession(key: Fixtures.key(1), noncePrefix: Fixtures.alicePrefix),
            ownPrefix: Fixtures.alicePrefix, keepingPrevious: false)
        var queue = queue(packetCapacity: 200_000)
        #expect(fill(&queue, flow: 1) == 2)
        _ = try queue.next(sealedWith: sessions)
        #expect(fill(&queue, flow: 1) == 1)
    }

    @Test func relayedFramesCountAsOneFlowMoreAndNotByTheirBytes() {
        var queue = queue(packetCapacity: 600_000)
        let relayed = OutboundFrame.mesh(header(60_000), ByteBuffer(repeating: 1, count: 60_000))
        for _ in 0..<4 { _ = queue.append(relayed, lane: .data, from: LinkID(rawValue: 9)) }
        #expect(fill(&queue, flow: 1) == 3)
    }

    @Test func flowsBetweenTwoNodesHaveQueuesOfTheirOwn() {
        let one = FlowLabel(frame(10, flow: 1), from: nil, seed: 3)
        #expect(one == FlowLabel(frame(10, flow: 1), from: nil, seed: 3))
        #expect((2..<20).contains { FlowLabel(frame(10, flow: $0), from: nil, seed: 3) != one })
    }
}
