public import PIMCore
internal import Synchronization

/// A clock that stands still until a test moves it. Whoever sleeps on it wakes when ``advance(by:)`` passes their time.
public final class ManualClock: Clock {
    private struct State {
        var now = MonotonicTime.zero
        var next: UInt64 = 0
        var sleepers: [UInt64: (until: MonotonicTime, continuation: CheckedContinuation<Void, any Error>)] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public var now: MonotonicTime { state.withLock { $0.now } }
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// How many tasks sleep on this clock now: lets a test wait until somebody does before it moves the time.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves the time and wakes everybody whose time has come, earliest first.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            let due = state.sleepers.filter { $0.value.until <= now }
            for key in due.keys { state.sleepers[key] = nil }
            return due.sorted { $0.value.until == $1.value.until ? $0.key < $1.key : $0.value.until < $1.value.until }
        }
        for sleeper in due { sleeper.value.continuation.resume() }
    }

    public func sleep(until deadline: MonotonicTime, tolerance: Duration?) async throws {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let known = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers[key] = (deadline, continuation)
                    return nil
                }
                if let known { continuation.resume(with: known) }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: key) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
