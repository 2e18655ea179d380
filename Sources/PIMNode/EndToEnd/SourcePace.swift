import OrderedCollections
import PIMCore

/// One a second for each source, two at once; of the sources that asked last.
struct SourcePace: Sendable {
    private var buckets: OrderedDictionary<NodeID, TokenBucket> = [:]

    mutating func take(for source: NodeID, at time: MonotonicTime) -> Bool {
        var bucket =
            buckets.removeValue(forKey: source) ?? TokenBucket(capacity: 2, refillPerSecond: 1, at: time)
        let isTaken = bucket.take(at: time)
        if buckets.count >= SessionRules.sources { buckets.removeFirst() }
        buckets[source] = bucket
        return isTaken
    }
}
