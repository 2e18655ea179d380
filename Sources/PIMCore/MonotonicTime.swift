/// A point on a clock that never goes back and counts suspended time; only differences mean anything.
///
/// State machines take it as a parameter and never read a clock, so that tests run them on virtual time.
public struct MonotonicTime: InstantProtocol, Hashable, Sendable {
    /// Nanoseconds since an arbitrary origin.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The origin of virtual clocks.
    public static let zero = MonotonicTime(nanoseconds: 0)

    /// Saturates: a deadline beyond the end of the clock never comes, instead of being long over.
    public func advanced(by duration: Duration) -> MonotonicTime {
        let step = duration.wholeNanoseconds
        let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
        return MonotonicTime(nanoseconds: overflow ? (step < 0 ? .min : .max) : sum)
    }

    public func duration(to other: MonotonicTime) -> Duration {
        .nanoseconds(other.nanoseconds &- nanoseconds)
    }

    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// The two clocks of one step of a state machine: the monotonic one for every decision, the wall clock for what is
/// shown or sent.
public struct Moment: Hashable, Sendable {
    public var monotonic: MonotonicTime
    /// Milliseconds since the Unix epoch; 0 when the wall clock stands before 1970.
    public var unixMilliseconds: UInt64

    public init(monotonic: MonotonicTime, unixMilliseconds: UInt64) {
        self.monotonic = monotonic
        self.unixMilliseconds = unixMilliseconds
    }
}

extension Duration {
    /// The duration in nanoseconds, saturating at the ends of `Int64` (292 years).
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        if carried { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The duration in whole milliseconds, rounded towards zero.
    public var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}
