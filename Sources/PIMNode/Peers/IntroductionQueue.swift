import OrderedCollections
import PIMCore

/// The nodes that are still to be sent this node's PeerInfo: everybody who became reachable, and everybody when the
/// broadcast timer fires, at most 20 a second (`design/decisions.md` 9). Bounded by the routing table: who becomes
/// unreachable leaves it.
struct IntroductionQueue: Sendable {
    static let perSecond = 20.0

    private var waiting: OrderedSet<NodeID> = []
    private var pace: TokenBucket

    init(at time: MonotonicTime) {
        pace = TokenBucket(capacity: Self.perSecond, refillPerSecond: Self.perSecond, at: time)
    }

    mutating func append(_ node: NodeID) { waiting.append(node) }

    mutating func remove(_ node: NodeID) { waiting.remove(node) }

    /// The next node whose turn it is now.
    mutating func takeNext(at time: MonotonicTime) -> NodeID? {
        guard let next = waiting.first, pace.take(at: time) else { return nil }
        waiting.removeFirst()
        return next
    }

    func nextDeadline(at time: MonotonicTime) -> MonotonicTime? {
        waiting.isEmpty ? nil : pace.nextAvailable(after: time)
    }
}
