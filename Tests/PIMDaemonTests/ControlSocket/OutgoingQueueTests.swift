import PIMRPC
import Testing

@testable import PIMDaemon

@Suite("What waits for one client")
struct OutgoingQueueTests {
    private func take(_ queue: inout OutgoingQueue, limit: Int = .max) -> String {
        let bytes = queue.take(limit: limit) { stream, count in Array("(\(stream.namespace) lost \(count))".utf8) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func answersAndNotificationsKeepTheirOrder() {
        var queue = OutgoingQueue()
        queue.append(notification: Array("a".utf8), of: .status)
        queue.append(answer: Array("B".utf8))
        queue.append(notification: Array("c".utf8), of: .peers)
        queue.append(answer: Array("D".utf8))
        #expect(queue.byteCount == 4)
        #expect(take(&queue) == "aBcD")
        #expect(queue.isEmpty)
    }

    @Test func theOldestNotificationsGoAndAnswersNever() {
        var queue = OutgoingQueue(limits: .init(notifications: 2, notificationBytes: 100))
        queue.append(answer: Array("A".utf8))
        for (name, stream) in [("1", EventStream.status), ("2", .peers), ("3", .status), ("4", .peers)] {
            queue.append(notification: Array(name.utf8), of: stream)
            queue.append(answer: Array("B".utf8))
        }
        #expect(take(&queue) == "(peers lost 1)(status lost 1)ABB3B4B")
        #expect(take(&queue) == "")
    }

    @Test func bytesCountToo() {
        var queue = OutgoingQueue(limits: .init(notifications: 100, notificationBytes: 10))
        for _ in 0..<5 { queue.append(notification: Array("1234".utf8), of: .status) }
        #expect(queue.byteCount == 8)
        // One that alone is over the bound is not lost for that.
        queue.append(notification: Array("12345678901".utf8), of: .status)
        #expect(take(&queue) == "(status lost 5)12345678901")
    }

    @Test func wholeLinesUpToTheLimitAndAtLeastOne() {
        var queue = OutgoingQueue()
        for line in ["12345678", "12", "34", "567"] { queue.append(answer: Array(line.utf8)) }
        #expect(take(&queue, limit: 5) == "12345678")
        #expect(take(&queue, limit: 5) == "1234")
        #expect(take(&queue, limit: 5) == "567")
        #expect(take(&queue, limit: 5) == "")
    }
}
