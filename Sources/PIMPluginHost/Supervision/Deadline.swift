internal import Synchronization

/// Work with a limit on the time anybody waits for it.
///
/// A plugin may ignore cancellation, so the work runs in a task of its own: when the deadline passes, that task is
/// cancelled and abandoned, and the caller goes on.
struct Deadline {
    enum Outcome<Value: Sendable>: Sendable {
        case returned(Value)
        case failed(any Error)
        case expired
    }

    let limit: Duration
    let clock: HostClock

    /// Runs `work` and waits for its end or for the deadline. Cancelling the caller cancels the work, which is still waited
    /// for until the deadline.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async -> Outcome<Value> {
        let race = Race<Outcome<Value>>()
        let runner = Task {
            do {
                race.finish(.returned(try await work()))
            } catch {
                race.finish(.failed(error))
            }
        }
        let timer = Task { [clock, limit] in
            // Cancelled when the work was faster: then there is nothing to report.
            guard (try? await clock.sleep(for: limit)) != nil else { return }
            race.finish(.expired)
        }
        let outcome = await withTaskCancellationHandler {
            await race.outcome
        } onCancel: {
            runner.cancel()
        }
        timer.cancel()
        if case .expired = outcome { runner.cancel() }
        return outcome
    }
}

/// The first of several results, for one waiter.
private final class Race<Outcome: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Outcome, Never>)
        case finished(Outcome)
    }

    private let state = Mutex(State.open)

    func finish(_ outcome: Outcome) {
        let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            switch state {
            case .open:
                state = .finished(outcome)
                return nil
            case .awaited(let waiter):
                state = .finished(outcome)
                return waiter
            case .finished:
                return nil
            }
        }
        waiter?.resume(returning: outcome)
    }

    var outcome: Outcome {
        get async {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Outcome? in
                    if case .finished(let outcome) = state { return outcome }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
