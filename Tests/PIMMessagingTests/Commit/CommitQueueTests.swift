import PIMCore
import PIMTesting
import Synchronization
import Testing

@testable import PIMMessaging

@Suite struct CommitQueueTests {
    private func job(_ time: Int64 = 0) -> CommitJob { CommitJob(.deleteAll(atMilliseconds: time)) }

    @Test func whatGathersIsWrittenTogetherAndInOrder() async {
        let queue = CommitQueue()
        for time in 0..<5 { #expect(queue.enqueue(job(Int64(time)))) }
        let times = await queue.next()?.map { job in
            if case .deleteAll(let time) = job.change { time } else { Int64(-1) }
        }
        #expect(times == [0, 1, 2, 3, 4])
    }

    @Test func aFullQueueHoldsProducersUpUntilItIsTaken() async {
        let queue = CommitQueue()
        for _ in 0..<CommitQueue.capacity {
            #expect(await queue.room())
            #expect(queue.enqueue(job()))
        }
        let passed = Mutex(false)
        await withTaskGroup { group in
            group.addTask {
                let hasRoom = await queue.room()
                passed.withLock { $0 = hasRoom }
            }
            #expect(!passed.withLock { $0 })
            #expect(await queue.next()?.count == CommitQueue.batch)
            #expect(await eventually { passed.withLock { $0 } })
        }
    }

    @Test func aClosedQueueTakesNothingMoreAndGivesAwayWhatItHas() async {
        let queue = CommitQueue()
        #expect(queue.enqueue(job()))
        queue.close()
        #expect(!queue.enqueue(job()))
        #expect(await !queue.room())
        queue.enqueueFollowUp(job())
        #expect(await queue.next()?.count == 2)
        #expect(await queue.next() == nil)
    }
}
