internal import PIMCore
internal import Synchronization

/// What one worker is doing, readable from outside without a lock and written without one.
///
/// The worker is the only writer. The watchdog sees a handler that does not return by the counters standing still: no
/// timer and no look at the clock per payload.
final class HandlerProgress: Sendable {
    private let taken = Atomic<UInt64>(0)
    private let started = Atomic<UInt64>(0)
    private let finished = Atomic<UInt64>(0)
    private let failed = Atomic<UInt64>(0)
    private let sourceHigh = Atomic<UInt64>(0)
    private let sourceLow = Atomic<UInt64>(0)

    /// A moment of the worker.
    struct Snapshot: Equatable {
        /// Payloads taken out of the mailbox.
        var taken: UInt64
        /// Handlers called, and those of them that came back, with or without an error.
        var started: UInt64
        var finished: UInt64
        var failed: UInt64

        var isBusy: Bool { started != finished }
    }

    func take(_ count: Int) {
        taken.store(taken.load(ordering: .relaxed) + UInt64(count), ordering: .relaxed)
    }

    /// Payloads that were taken but will not be handled.
    func giveBack(_ count: Int) {
        taken.store(taken.load(ordering: .relaxed) - UInt64(count), ordering: .relaxed)
    }

    func begin(_ source: NodeID) {
        sourceHigh.store(source.high, ordering: .relaxed)
        sourceLow.store(source.low, ordering: .relaxed)
        started.store(started.load(ordering: .relaxed) + 1, ordering: .releasing)
    }

    func finish(failing: Bool) {
        if failing { failed.store(failed.load(ordering: .relaxed) + 1, ordering: .relaxed) }
        finished.store(finished.load(ordering: .relaxed) + 1, ordering: .releasing)
    }

    var snapshot: Snapshot {
        // `finished` before `started`, so that a busy worker is never taken for one that finished more than it started.
        let finished = finished.load(ordering: .acquiring)
        let failed = failed.load(ordering: .relaxed)
        let started = started.load(ordering: .acquiring)
        return Snapshot(
            taken: max(taken.load(ordering: .relaxed), started), started: started, finished: finished, failed: failed)
    }

    /// Whose payload the current handler works on. Two words read one after the other: meaningful only while the worker
    /// stands still, which is when it is asked.
    var source: NodeID {
        NodeID(high: sourceHigh.load(ordering: .relaxed), low: sourceLow.load(ordering: .relaxed))
    }
}
