internal import PIMCore

/// Lets one line through per interval and counts the ones it held back.
struct LogThrottle {
    let interval: Duration
    private var last: MonotonicTime?
    private var held = 0

    init(interval: Duration) {
        self.interval = interval
    }

    /// - Returns: how many lines were held back since the last one that was let through, or `nil`: hold this one back too.
    mutating func admit(at now: MonotonicTime) -> Int? {
        if let last, last.duration(to: now) < interval {
            held += 1
            return nil
        }
        last = now
        defer { held = 0 }
        return held
    }
}
