internal import Foundation
internal import PIMCore

/// The clocks of this computer; the monotonic one counts suspended time.
struct SystemClock: MessagingClock {
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant

    init() {
        origin = clock.now
    }

    var monotonic: MonotonicTime {
        MonotonicTime.zero.advanced(by: origin.duration(to: clock.now))
    }

    var wallMilliseconds: Int64 {
        max(0, Int64(Date().timeIntervalSince1970 * 1000))
    }

    func sleep(for duration: Duration) async throws {
        try await clock.sleep(for: duration)
    }
}
