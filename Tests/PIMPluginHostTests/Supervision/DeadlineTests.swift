import PIMTesting
import Testing

@testable import PIMPluginHost

@Suite struct DeadlineTests {
    private let clock = ManualClock()
    private var deadline: Deadline { Deadline(limit: .seconds(3), clock: HostClock(clock)) }

    @Test func returnsWhatTheWorkReturns() async {
        guard case .returned(let value) = await deadline.run({ 42 }) else {
            Issue.record("the work did not return")
            return
        }
        #expect(value == 42)
        #expect(await eventually { clock.sleeperCount == 0 })
    }

    @Test func passesOnWhatTheWorkThrows() async {
        guard case .failed(let error) = await deadline.run({ throw ProbeError("broken") }) else {
            Issue.record("the work did not fail")
            return
        }
        #expect(error is ProbeError)
    }

    @Test func abandonsWorkThatIgnoresCancellation() async {
        let (latch, journal) = (Latch(), Journal())
        async let outcome = deadline.run {
            await latch.wait()
            journal.note(Task.isCancelled ? "cancelled" : "not cancelled")
        }
        #expect(await eventually { latch.waiters == 1 && clock.sleeperCount == 1 })
        clock.advance(by: .seconds(3))
        guard case .expired = await outcome else {
            Issue.record("the deadline did not pass")
            return
        }
        latch.open()
        #expect(await eventually { journal.entries == ["cancelled"] })
    }

    @Test func cancellingTheCallerCancelsTheWork() async {
        let deadline = deadline
        let caller = Task { await deadline.run { try await ContinuousClock().sleep(for: .seconds(3600)) } }
        caller.cancel()
        guard case .failed(let error) = await caller.value else {
            Issue.record("the work was not cancelled")
            return
        }
        #expect(error is CancellationError)
    }
}
