internal import Synchronization

/// The calls of one connection that wait for their answers. Each is completed once, by whoever comes first: the answer, the
/// deadline, a cancellation or the end of the connection.
final class PendingCalls: Sendable {
    private struct State {
        var nextID: UInt64 = 1
        var waiting: [UInt64: CheckedContinuation<[UInt8], any Error>] = [:]
        /// Completed before anybody waited, by a cancellation that was faster.
        var early: [UInt64: Result<[UInt8], any Error>] = [:]
        /// Reserved and not completed.
        var open: Set<UInt64> = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// The number of a new call.
    func reserve() -> UInt64 {
        state.withLock { state in
            defer { state.nextID += 1 }
            state.open.insert(state.nextID)
            return state.nextID
        }
    }

    /// - Returns: Whether the call waits now and its request should be sent; otherwise the continuation was resumed.
    func wait(
        for id: UInt64, _ continuation: CheckedContinuation<[UInt8], any Error>, ifClosed error: any Error
    ) -> Bool {
        let result: Result<[UInt8], any Error>? = state.withLock { state in
            if let early = state.early.removeValue(forKey: id) { return early }
            if state.isClosed {
                state.open.remove(id)
                return .failure(error)
            }
            state.waiting[id] = continuation
            return nil
        }
        if let result { continuation.resume(with: result) }
        return result == nil
    }

    func complete(_ id: UInt64, _ result: Result<[UInt8], any Error>) {
        let continuation: CheckedContinuation<[UInt8], any Error>? = state.withLock { state in
            guard state.open.remove(id) != nil else { return nil }
            if let continuation = state.waiting.removeValue(forKey: id) { return continuation }
            state.early[id] = result
            return nil
        }
        continuation?.resume(with: result)
    }

    /// Ends all calls, and all later ones at once.
    func close(_ error: any Error) {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.open.subtract(state.waiting.keys)
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume(throwing: error) }
    }
}
