#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which signals the kernel holds back from this process.
public enum SignalMask {
    /// Lets SIGHUP, SIGINT and SIGTERM through, whatever the process was started with.
    ///
    /// A mask is inherited by children, and a parent that spawns from a thread which blocks signals hands on a daemon that
    /// nobody can stop. Call it first thing, on the main thread, before others are made: they inherit it in turn.
    public static func unblockTermination() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGHUP, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
