internal import PIMCore

/// Bounds how many payloads a second one source can make this node open and store: a bucket of tokens for every source,
/// one second's worth deep.
///
/// Sources are claims (`spec/messaging.md` §5.2), and somebody who invents a new one for every payload must gain
/// nothing by it: all sources without a known key share one small bucket. Buckets are kept for at most
/// ``maximumSources``.
struct SourceLimiter: Sendable {
    /// Payloads a second for all unknown sources together.
    static let strangerRate = 200
    static let maximumSources = 1024

    private struct Bucket {
        var tokens: Double
        var filledAt: MonotonicTime

        mutating func take(rate: Int, now: MonotonicTime) -> Bool {
            let elapsed = Double(filledAt.duration(to: now).wholeNanoseconds) / 1e9
            tokens = min(Double(rate), tokens + max(0, elapsed) * Double(rate))
            filledAt = now
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }
    }

    private let rate: Int
    private var known: [NodeID: Bucket] = [:]
    private var strangers: Bucket?

    /// - Parameter rate: payloads a second for every known source.
    init(rate: Int) {
        self.rate = rate
    }

    var rememberedSources: Int { known.count }

    /// Whether a payload from this source may be looked at now.
    mutating func admits(_ source: NodeID, isKnown: Bool, now: MonotonicTime) -> Bool {
        guard isKnown else {
            var bucket = strangers ?? Bucket(tokens: Double(Self.strangerRate), filledAt: now)
            defer { strangers = bucket }
            return bucket.take(rate: Self.strangerRate, now: now)
        }
        if known[source] == nil, known.count >= Self.maximumSources { evict(now: now) }
        return known[source, default: Bucket(tokens: Double(rate), filledAt: now)].take(rate: rate, now: now)
    }

    /// Whoever was silent for a second has a full bucket again and need not be remembered. A thousand others are busy
    /// only when the whole node is; then all begin anew.
    private mutating func evict(now: MonotonicTime) {
        known = known.filter { $0.value.filledAt.duration(to: now) < .seconds(1) }
        if known.count >= Self.maximumSources { known.removeAll(keepingCapacity: true) }
    }
}
