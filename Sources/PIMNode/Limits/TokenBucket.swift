public import PIMCore

/// A budget that refills with time: at most `capacity` at once, `refillPerSecond` in the long run.
public struct TokenBucket: Sendable, Hashable {
    let capacity: Double
    let refillPerSecond: Double
    private var tokens: Double
    private var updated: MonotonicTime

    /// A full bucket.
    public init(capacity: Double, refillPerSecond: Double, at time: MonotonicTime) {
        self.capacity = capacity
        self.refillPerSecond = refillPerSecond
        self.tokens = capacity
        self.updated = time
    }

    /// Takes one token; `false` when there is none, which costs nothing.
    public mutating func take(at time: MonotonicTime) -> Bool {
        refill(at: time)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// When the next token can be taken: `time` itself if there is one now.
    func nextAvailable(after time: MonotonicTime) -> MonotonicTime {
        var copy = self
        copy.refill(at: time)
        guard copy.tokens < 1 else { return time }
        // Rounded up, so that a driver that wakes at this instant finds the token there.
        let nanoseconds = ((1 - copy.tokens) / refillPerSecond * 1_000_000_000).rounded(.up) + 1
        return time.advanced(by: .nanoseconds(Int64(nanoseconds)))
    }

    func isFull(at time: MonotonicTime) -> Bool {
        var copy = self
        copy.refill(at: time)
        return copy.tokens >= capacity
    }

    /// Whichever of both has less left.
    func emptier(than other: TokenBucket, at time: MonotonicTime) -> TokenBucket {
        var (mine, its) = (self, other)
        mine.refill(at: time)
        its.refill(at: time)
        return mine.tokens <= its.tokens ? mine : its
    }

    private mutating func refill(at time: MonotonicTime) {
        guard time > updated else { return }
        let elapsed = Double(updated.duration(to: time).wholeNanoseconds) / 1_000_000_000
        tokens = min(capacity, tokens + elapsed * refillPerSecond)
        updated = time
    }
}
