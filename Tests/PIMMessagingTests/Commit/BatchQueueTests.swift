import PIMCore
import PIMTesting
import Synchronization
import Testing

@testable import PIMMessaging

/// Waits for room and enqueues.
private final class Producer: Sendable {
    private let isDone = Mutex(false)
    var hasEnqueued: Bool { isDone.withLock { $0 } }

    func enqueue(_ element: Int, to queue: BatchQueue<Int>) async {
        guard await queue.room(), queue.enqueue(element) else { return }
        isDone.withLock { $0 = true }
    }
}

@Suite struct BatchQueueTests {
    @Test func whatGathersIsWrittenTogetherAndInOrder() async {
        let queue = BatchQueue<Int>(capacity: 8, batch: 4)
        for number in 0..<6 { #expect(queue.enqueue(number)) }
        #expect(await queue.next() == [0, 1, 2, 3])
        #expect(await queue.next() == [4, 5])
    }

    @Test func aFullQueueHoldsProducersUpUntilItIsTaken() async {
        let queue = BatchQueue<Int>(capacity: 8, batch: 4)
        for _ in 0..<queue.capacity {
            #expect(await queue.room())
            #expect(queue.enqueue(7))
        }
        let producer = Producer()
        async let enqueued: Void = producer.enqueue(7, to: queue)
        #expect(!producer.hasEnqueued)
        #expect(await queue.next()?.count == queue.batch)
        await enqueued
        #expect(producer.hasEnqueued)
        #expect(await queue.next()?.count == queue.batch)
        #expect(await queue.next()?.count == 1)
    }

    @Test func aSourceWithThousandsQueuedDelaysAnotherByOneTurn() async throws {
        let flooder = try NodeID(parsing: String(repeating: "f", count: 32))
        let other = try NodeID(parsing: String(repeating: "0", count: 32))
        let queue = BatchQueue<Int>(capacity: 4096, batch: 4) { $0 < 0 ? other : flooder }
        for number in 0..<4000 { #expect(queue.enqueue(number)) }
        #expect(queue.enqueue(-1) && queue.enqueue(-2))
        #expect(await queue.next() == [0, -1, 1, -2])
        #expect(queue.enqueue(-3))
        #expect(await queue.next() == [2, -3, 3, 4])
    }

    @Test func aClosedQueueTakesNothingMoreAndGivesAwayWhatItHas() async {
        let queue = BatchQueue<Int>(capacity: 8, batch: 4)
        #expect(queue.enqueue(7))
        queue.close()
        #expect(!queue.enqueue(7))
        let hasRoom = await queue.room()
        #expect(!hasRoom)
        queue.enqueueFollowUp(7)
        #expect(await queue.next()?.count == 2)
        #expect(await queue.next() == nil)
    }
}
