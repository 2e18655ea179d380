import NIOCore
import Testing

@testable import PIMTransport

@Suite struct OutboundLaneTests {
    private func fill(_ lane: inout OutboundLane, _ size: Int, _ byte: UInt8, pool: ChunkPool? = nil) -> Bool {
        lane.append(size: size, pool: pool) { $0.initializeMemory(as: UInt8.self, repeating: byte) }
    }

    @Test func memoryOfAFullLaneIsItsCapacityAndALittle() {
        var lane = OutboundLane(capacity: 1 << 20)
        while fill(&lane, 1480, 1) {}
        #expect(lane.bytes > 1 << 20 - 1480)
        var memory = 0
        while let (chunk, isSealed) = lane.popFirst() {
            memory += chunk.capacity
            #expect(!isSealed)
        }
        #expect(memory <= (1 << 20) * 11 / 10)
        #expect(lane.bytes == 0)
    }

    @Test func messageLargerThanAChunkTravelsAlone() {
        var lane = OutboundLane(capacity: 1 << 20)
        #expect(fill(&lane, 100, 1))
        #expect(fill(&lane, 200_000, 2))
        #expect(fill(&lane, 100, 3))
        #expect(lane.popFirst()?.chunk.readableBytes == 100)
        #expect(lane.popFirst()?.chunk.readableBytes == 200_000)
        #expect(lane.popFirst()?.chunk.readableBytes == 100)
        #expect(lane.popFirst() == nil)
    }

    @Test func sealedMessagesAreSealedOnceAndStayInFront() {
        var lane = OutboundLane(capacity: 1 << 20)
        #expect(fill(&lane, 10, 1))
        var sealed = 0
        let seal = { (_: inout ByteBuffer) in sealed += 1 }
        lane.sealAll(seal)
        #expect(fill(&lane, 10, 2))
        lane.sealAll(seal)
        #expect(fill(&lane, 10, 3))
        #expect(sealed == 2)
        #expect(lane.popFirst()?.isSealed == true)
        #expect(lane.popFirst()?.isSealed == true)
        #expect(lane.popFirst()?.isSealed == false)
    }

    @Test func poolGivesBuffersAgain() {
        let pool = ChunkPool()
        var lane = OutboundLane(capacity: 1 << 20)
        for _ in 0..<40 { #expect(fill(&lane, 1000, 1, pool: pool)) }
        guard let (chunk, _) = lane.popFirst() else {
            Issue.record("nothing queued")
            return
        }
        // The first ones given rest a while: somebody may still be writing them.
        for _ in 0..<5 { pool.give(chunk) }
        let again = pool.take(10)
        #expect(again.readableBytes == 0 && again.capacity == chunk.capacity)
        #expect(pool.take(10).capacity < chunk.capacity)
    }
}
