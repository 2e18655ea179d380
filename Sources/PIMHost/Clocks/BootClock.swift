public import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The clock of every deadline of the daemon: it never goes back and it counts the time the machine was suspended.
///
/// `CLOCK_BOOTTIME` on Linux, `CLOCK_MONOTONIC` on Darwin, which counts suspension there.
public enum BootClock {
    /// The present moment; any thread may ask.
    public static func now() -> MonotonicTime {
        var time = timespec()
        // Cannot fail: the clock exists on every supported kernel and the pointer is valid.
        #if canImport(Darwin)
            clock_gettime(CLOCK_MONOTONIC, &time)
        #else
            clock_gettime(CLOCK_BOOTTIME, &time)
        #endif
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }
}
