internal import NIOCore
internal import PIMRPC

/// What waits to be written to one client, in order.
///
/// Answers are never dropped; their number is bounded because the next request is not looked at before there is room.
/// Notifications are bounded by count and bytes: when full, the oldest go, and the client is told how many of which stream
/// in front of what is left.
struct OutgoingQueue {
    struct Limits: Sendable {
        var notifications = 1024
        var notificationBytes = 1_048_576
    }

    private struct Notification {
        var order: UInt64
        var stream: EventStream
        var line: [UInt8]
    }

    private let limits: Limits
    private var answers = CircularBuffer<(order: UInt64, line: [UInt8])>()
    private var notifications = CircularBuffer<Notification>()
    private var nextOrder: UInt64 = 0
    private var answerBytes = 0
    private var notificationBytes = 0
    /// Events dropped and not yet reported.
    private var lost: [EventStream: Int] = [:]

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    var isEmpty: Bool { answers.isEmpty && notifications.isEmpty && lost.isEmpty }
    /// What is waiting, in bytes.
    var byteCount: Int { answerBytes + notificationBytes }

    mutating func append(answer line: [UInt8]) {
        answers.append((nextOrder, line))
        answerBytes += line.count
        nextOrder += 1
    }

    mutating func append(notification line: [UInt8], of stream: EventStream) {
        notifications.append(Notification(order: nextOrder, stream: stream, line: line))
        notificationBytes += line.count
        nextOrder += 1
        while notifications.count > 1,
            notifications.count > limits.notifications || notificationBytes > limits.notificationBytes
        {
            let oldest = notifications.removeFirst()
            notificationBytes -= oldest.line.count
            lost[oldest.stream, default: 0] += 1
        }
    }

    /// Notes that events of a stream were lost before they got here.
    mutating func noteLost(_ count: Int, of stream: EventStream) {
        lost[stream, default: 0] += count
    }

    /// The lines that are due next: whole lines up to `limit` bytes, at least one if there is any.
    mutating func take(limit: Int, lagged: (EventStream, Int) -> [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (stream, count) in lost.sorted(by: { $0.key.namespace < $1.key.namespace }) {
            bytes += lagged(stream, count)
        }
        lost.removeAll()
        while let line = popFirst(ifBelow: bytes.isEmpty ? .max : limit - bytes.count) { bytes += line }
        return bytes
    }

    private mutating func popFirst(ifBelow room: Int) -> [UInt8]? {
        let answer = answers.first
        let notification = notifications.first
        if let answer, answer.order < notification?.order ?? .max {
            guard answer.line.count <= room else { return nil }
            answers.removeFirst()
            answerBytes -= answer.line.count
            return answer.line
        }
        guard let notification, notification.line.count <= room else { return nil }
        notifications.removeFirst()
        notificationBytes -= notification.line.count
        return notification.line
    }
}
