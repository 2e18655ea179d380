import PIMCore
import Testing

@testable import PIMPluginHost

@Suite struct LogThrottleTests {
    @Test func letsOneLineThroughPerIntervalAndCountsTheRest() {
        var throttle = LogThrottle(interval: .seconds(10))
        func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }
        #expect(throttle.admit(at: at(0)) == 0)
        #expect(throttle.admit(at: at(1)) == nil)
        #expect(throttle.admit(at: at(9)) == nil)
        #expect(throttle.admit(at: at(10)) == 2)
        #expect(throttle.admit(at: at(20)) == 0)
    }
}
