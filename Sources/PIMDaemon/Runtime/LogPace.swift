internal import PIMCore
internal import Synchronization

/// Bounds the lines of a kind that strangers can cause: some in a while, and then the number of those held back.
final class LogPace: Sendable {
    static let lines = 10
    static let interval: Duration = .seconds(10)

    private struct State {
        var began: MonotonicTime?
        var lines = 0
        var held = 0
    }

    private let state = Mutex(State())

    /// - Returns: How many lines were held back before this one; `nil` when it is to be held back as well.
    func admit(at now: MonotonicTime) -> Int? {
        state.withLock { state in
            if let began = state.began, began.duration(to: now) < Self.interval {
                guard state.lines < Self.lines else {
                    state.held += 1
                    return nil
                }
            } else {
                state.began = now
                state.lines = 0
            }
            state.lines += 1
            defer { state.held = 0 }
            return state.held
        }
    }
}
