import DequeModule
import PIMCore

/// Payloads that wait for a session: 256 KiB for each destination, 8 MiB in all, the oldest goes first, nothing waits for
/// more than 10 s (`design/extensions.md` §4, §6).
struct WaitingPayloads {
    static let bytesPerDestination = SealedTraffic.waitingBytesPerNode
    static let bytesInAll = 8 << 20

    private struct Queue {
        var entries: Deque<(since: MonotonicTime, payload: OutgoingPayload)> = []
        var bytes = 0
    }

    private var queues: [NodeID: Queue] = [:]
    private(set) var bytes = 0

    /// When the oldest fails.
    var nextDeadline: MonotonicTime? {
        queues.values.lazy.compactMap(\.entries.first?.since).min()?.advanced(by: SessionRules.patience)
    }

    var nodes: [NodeID] { queues.keys.sorted() }

    func isEmpty(for node: NodeID) -> Bool { queues[node] == nil }

    /// Adds a payload behind those for the same node; returns the older ones that had to go.
    mutating func append(_ payload: OutgoingPayload, at time: MonotonicTime) -> [OutgoingPayload] {
        let node = payload.destination
        var dropped: [OutgoingPayload] = []
        while let waiting = queues[node]?.bytes, waiting + payload.size > Self.bytesPerDestination {
            if let first = removeFirst(of: node) { dropped.append(first) }
        }
        while bytes + payload.size > Self.bytesInAll, let oldest = oldestNode() {
            if let first = removeFirst(of: oldest) { dropped.append(first) }
        }
        var payload = payload
        let since = payload.waitingSince ?? time
        payload.waitingSince = since
        queues[node, default: Queue()].entries.append((since, payload))
        queues[node]?.bytes += payload.size
        bytes += payload.size
        return dropped
    }

    /// Everything that waits for a node, oldest first.
    mutating func take(for node: NodeID) -> [OutgoingPayload] {
        guard let queue = queues.removeValue(forKey: node) else { return [] }
        bytes -= queue.bytes
        return queue.entries.map(\.payload)
    }

    /// Drops what has waited for too long and returns it.
    mutating func expire(at time: MonotonicTime) -> [OutgoingPayload] {
        guard let deadline = nextDeadline, deadline <= time else { return [] }
        var dropped: [OutgoingPayload] = []
        for node in queues.keys {
            while let first = queues[node]?.entries.first, first.since.advanced(by: SessionRules.patience) <= time {
                removeFirst(of: node)
                dropped.append(first.payload)
            }
        }
        return dropped
    }

    private func oldestNode() -> NodeID? {
        queues.min {
            ($0.value.entries.first?.since ?? .zero, $0.key) < ($1.value.entries.first?.since ?? .zero, $1.key)
        }?
        .key
    }

    @discardableResult
    private mutating func removeFirst(of node: NodeID) -> OutgoingPayload? {
        guard let first = queues[node]?.entries.popFirst() else { return nil }
        queues[node]?.bytes -= first.payload.size
        bytes -= first.payload.size
        if queues[node]?.entries.isEmpty == true { queues[node] = nil }
        return first.payload
    }
}
