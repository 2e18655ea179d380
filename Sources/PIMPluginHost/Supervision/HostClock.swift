internal import PIMCore

/// The clock a host runs on, whatever kind it is: the continuous one in a daemon, a manual one in tests.
struct HostClock: Sendable {
    /// Time since the host was made.
    let now: @Sendable () -> MonotonicTime
    private let wait: @Sendable (Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let origin = clock.now
        now = { MonotonicTime(nanoseconds: origin.duration(to: clock.now).wholeNanoseconds) }
        wait = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }

    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws {
        try await wait(duration)
    }
}
