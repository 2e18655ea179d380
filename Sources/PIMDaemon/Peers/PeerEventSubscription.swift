import PIMPlugin
import Synchronization

/// One subscriber's buffer of peer events, at most `limit` long, and whoever waits for the next one.
final class PeerEventSubscription: Sendable {
    private struct Waiter {
        var number: UInt64
        var continuation: CheckedContinuation<PeerEvent?, Never>
    }

    private struct State {
        var buffer: [PeerEvent] = []
        /// Readers on an empty buffer, first come first served. More than one only if a stream is read by several tasks.
        var waiters: [Waiter] = []
        var nextNumber: UInt64 = 0
        var isFinished = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    func offer(_ event: PeerEvent) {
        let waiter: Waiter? = state.withLock { state in
            guard !state.isFinished else { return nil }
            if !state.waiters.isEmpty { return state.waiters.removeFirst() }
            if state.buffer.count >= limit { state.buffer = [.resync] }
            state.buffer.append(event)
            return nil
        }
        waiter?.continuation.resume(returning: event)
    }

    func finish() {
        let waiters = state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    /// The next event; `nil` when there will be none, or when the task is cancelled.
    func next() async -> PeerEvent? {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enum Step {
                    case deliver(PeerEvent?)
                    case wait
                }
                let step: Step = state.withLock { state in
                    // Cancelled after this line, the handler below finds the waiter.
                    if Task.isCancelled { return .deliver(nil) }
                    if !state.buffer.isEmpty { return .deliver(state.buffer.removeFirst()) }
                    if state.isFinished { return .deliver(nil) }
                    state.waiters.append(Waiter(number: number, continuation: continuation))
                    return .wait
                }
                if case .deliver(let event) = step { continuation.resume(returning: event) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume(returning: nil)
        }
    }
}
