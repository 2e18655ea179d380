internal import Synchronization

/// So many requests of one client are worked on at a time; its reader waits for a free place. For one waiter.
final class RequestSlots: Sendable {
    private struct State {
        var free: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(free: count))
    }

    /// Takes a place, as soon as one is free. Does not wait in a cancelled task.
    func take() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    if state.free > 0 || Task.isCancelled {
                        state.free -= 1
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        } onCancel: {
            give()
        }
    }

    func give() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.free += 1
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }
}
