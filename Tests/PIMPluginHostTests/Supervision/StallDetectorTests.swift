import PIMCore
import Testing

@testable import PIMPluginHost

@Suite struct StallDetectorTests {
    private func progress(started: UInt64, finished: UInt64) -> HandlerProgress.Snapshot {
        HandlerProgress.Snapshot(taken: started, started: started, finished: finished, failed: 0)
    }

    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    @Test func reportsTheSameHandlerOnceAfterTheLimit() {
        var detector = StallDetector(limit: .seconds(10))
        let busy = progress(started: 5, finished: 4)
        #expect(detector.look(at: busy, now: at(1)) == .nothing)
        #expect(detector.look(at: busy, now: at(10)) == .nothing)
        #expect(detector.stalledSince == nil)
        #expect(detector.look(at: busy, now: at(11)) == .stalled(since: at(1)))
        #expect(detector.stalledSince == at(1))
        #expect(detector.look(at: busy, now: at(60)) == .nothing)
    }

    @Test func reportsTheRecovery() {
        var detector = StallDetector(limit: .seconds(10))
        _ = detector.look(at: progress(started: 5, finished: 4), now: at(0))
        _ = detector.look(at: progress(started: 5, finished: 4), now: at(12))
        #expect(
            detector.look(at: progress(started: 6, finished: 5), now: at(20)) == .recovered(after: .seconds(20)))
        #expect(detector.stalledSince == nil)
    }

    @Test func busyPluginThatMovesOnIsNotStalled() {
        var detector = StallDetector(limit: .seconds(10))
        for second in 0..<100 {
            let step = UInt64(second)
            #expect(
                detector.look(at: progress(started: step + 1, finished: step), now: at(Int64(second))) == .nothing)
        }
    }

    @Test func idlePluginIsNotStalled() {
        var detector = StallDetector(limit: .seconds(10))
        #expect(detector.look(at: progress(started: 3, finished: 3), now: at(0)) == .nothing)
        #expect(detector.look(at: progress(started: 3, finished: 3), now: at(100)) == .nothing)
    }
}
