import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct LogPaceTests {
    @Test func holdsLinesBackAndSaysHowMany() {
        let pace = LogPace()
        let start = MonotonicTime.zero
        #expect((0..<100).count { _ in pace.admit(at: start) != nil } == LogPace.lines)
        let later = start.advanced(by: LogPace.interval)
        #expect(pace.admit(at: later) == 100 - LogPace.lines)
        #expect(pace.admit(at: later) == 0)
    }
}
