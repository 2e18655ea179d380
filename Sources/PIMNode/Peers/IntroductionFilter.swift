import OrderedCollections
import PIMCore

/// Lets a routed PeerInfo through once per source and key in an interval. Keyed by both, because the source is only a
/// claim: otherwise whoever forges it first mutes the real node (`spec/daemon.md` §28.5).
struct IntroductionFilter: Sendable {
    /// Introductions remembered; the oldest gives way.
    static let capacity = 4096

    private struct Claim: Hashable, Sendable {
        var source: NodeID
        var key: X25519PublicKey
    }

    /// In the order they were let through.
    private var seen: OrderedDictionary<Claim, MonotonicTime> = [:]

    mutating func admits(
        _ key: X25519PublicKey, of source: NodeID, interval: Duration, at time: MonotonicTime
    ) -> Bool {
        guard interval > .zero else { return true }
        let claim = Claim(source: source, key: key)
        if let last = seen[claim] {
            guard last.advanced(by: interval) <= time else { return false }
            seen[claim] = nil
        } else if seen.count >= Self.capacity {
            seen.removeFirst()
        }
        seen[claim] = time
        return true
    }
}
