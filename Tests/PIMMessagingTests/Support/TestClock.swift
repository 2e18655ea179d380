import PIMCore
import PIMTesting

@testable import PIMMessaging

/// Both clocks of messaging on a clock that the test moves.
struct TestClock: MessagingClock {
    static let start: Int64 = 1_745_960_000_000

    let manual = ManualClock()

    var monotonic: MonotonicTime { manual.now }
    var wallMilliseconds: Int64 { Self.start + manual.now.nanoseconds / 1_000_000 }

    func sleep(for duration: Duration) async throws {
        try await manual.sleep(until: manual.now.advanced(by: duration), tolerance: nil)
    }

    /// Moves the time, in steps that the courier's timer takes part in.
    func pass(_ duration: Duration) async {
        var left = duration
        while left > .zero {
            _ = await eventually { manual.sleeperCount > 0 }
            let step = min(left, .seconds(1))
            manual.advance(by: step)
            left -= step
        }
    }
}
