internal import PIMCore

/// The part of a hosted plugin that changes; kept under its lock.
struct PluginLife {
    private(set) var phase: PluginPhase
    private(set) var phaseSince: MonotonicTime
    var lastError: String?
    /// The tasks that empty the mailbox, and what the watchdog knows about each.
    var workers: [Task<Void, Never>] = []
    var stalls: [StallDetector]
    var handlerErrors: LogThrottle
    var dropReports: LogThrottle
    /// How many drops have been logged.
    var dropsReported: UInt64 = 0

    init(phase: PluginPhase, now: MonotonicTime, workers: Int, limits: PluginHostLimits) {
        self.phase = phase
        phaseSince = now
        stalls = Array(repeating: StallDetector(limit: limits.handler), count: workers)
        handlerErrors = LogThrottle(interval: limits.logInterval)
        dropReports = LogThrottle(interval: limits.logInterval)
    }

    mutating func enter(_ phase: PluginPhase, at now: MonotonicTime) {
        self.phase = phase
        phaseSince = now
    }
}
