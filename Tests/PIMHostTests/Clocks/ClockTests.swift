import Foundation
import PIMCore
import PIMHost
import Testing

@Suite struct ClockTests {
    @Test func bootClockNeverGoesBack() {
        var last = BootClock.now()
        for _ in 0..<10_000 {
            let next = BootClock.now()
            #expect(next >= last)
            last = next
        }
    }

    @Test func bootClockRuns() {
        let start = BootClock.now()
        let deadline = ContinuousClock.now + .seconds(5)
        while BootClock.now() == start, ContinuousClock.now < deadline {}
        #expect(BootClock.now() > start)
    }

    @Test func wallClockAgreesWithTheSystem() {
        let now = Date().timeIntervalSince1970 * 1000
        #expect(abs(Double(WallClock.unixMilliseconds) - now) < 5000)
        #expect(abs(Double(WallClock.moment().unixMilliseconds) - now) < 5000)
    }
}
