public import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The time of day: for what is shown, stored or sent, never for a decision.
public enum WallClock {
    /// Milliseconds since the Unix epoch; 0 when the clock stands before 1970.
    public static var unixMilliseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
        return UInt64(max(0, milliseconds))
    }

    /// Both clocks at once, as one step of a state machine wants them.
    public static func moment() -> Moment {
        Moment(monotonic: BootClock.now(), unixMilliseconds: unixMilliseconds)
    }
}
