import PIMCore

/// When route updates go out: at every period, and soon after a change, at most one wave per 200 ms with a reserve of
/// one so that a first piece of news waits for nothing (`spec/routing.md` §16.1).
struct AdvertisementSchedule: Sendable {
    let period: Duration
    private var periodic: MonotonicTime
    private var triggered: TokenBucket
    private var isChanged = false
    private var lastSequence: UInt64

    init(period: Duration, spacing: Duration, at now: Moment) {
        self.period = period
        periodic = now.monotonic.advanced(by: period)
        let perSecond = 1_000_000_000 / Double(max(1, spacing.wholeNanoseconds))
        triggered = TokenBucket(capacity: 2, refillPerSecond: perSecond, at: now.monotonic)
        lastSequence = now.unixMilliseconds
    }

    mutating func noteChange() { isChanged = true }

    /// Whether a wave is due now; taking it resets the clock.
    mutating func takeWave(at time: MonotonicTime) -> Bool {
        let isPeriodic = periodic <= time
        guard isPeriodic || (isChanged && triggered.take(at: time)) else { return false }
        noteSent(at: time)
        return true
    }

    /// Everybody there is has this node's table as of now.
    mutating func noteSent(at time: MonotonicTime) {
        periodic = time.advanced(by: period)
        isChanged = false
    }

    /// The number of the next update: never 0, always growing, and ahead of whatever this node sent before a restart
    /// (`spec/routing.md` §13 I-2).
    mutating func nextSequence(at now: Moment) -> UInt64 {
        lastSequence = max(lastSequence &+ 1, now.unixMilliseconds)
        return lastSequence
    }

    func nextDeadline(at time: MonotonicTime) -> MonotonicTime {
        isChanged ? min(periodic, triggered.nextAvailable(after: time)) : periodic
    }
}
