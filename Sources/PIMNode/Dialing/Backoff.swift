/// The delay before the next attempt after so many failed ones: 1 s, 2 s, 4 s … 60 s, spread by a quarter.
struct Backoff: Sendable {
    let first: Duration
    let ceiling: Duration
    static let spread = 0.75...1.25

    /// The delay before jitter.
    func delay(afterFailures failures: Int) -> Duration {
        var delay = first
        for _ in 0..<max(0, min(failures - 1, 32)) {
            delay *= 2
            if delay >= ceiling { return ceiling }
        }
        return min(delay, ceiling)
    }
}
