import PIMCore
import Testing

@Suite struct MonotonicTimeTests {
    @Test func differencesAreExact() {
        let start = MonotonicTime(nanoseconds: 5)
        let end = start.advanced(by: .milliseconds(1500))
        #expect(start.duration(to: end) == .milliseconds(1500))
        #expect(end.duration(to: start) == .milliseconds(-1500))
        #expect(start < end)
    }

    @Test func durationsSaturate() {
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
        #expect(Duration.microseconds(1999).wholeMilliseconds == 1)
    }
}
