internal import PIMCore

/// The clocks messaging lives by; tests give it one they move themselves.
protocol MessagingClock: Sendable {
    /// For every wait and deadline.
    var monotonic: MonotonicTime { get }
    /// Milliseconds since 1970, 0 before that: what is sent, stored and shown.
    var wallMilliseconds: Int64 { get }
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws
}
