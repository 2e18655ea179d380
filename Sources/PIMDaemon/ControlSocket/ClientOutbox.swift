internal import PIMCore
internal import PIMRPC
internal import Synchronization

/// The outgoing side of one client: everybody may put lines in, from any thread and without waiting; one writer takes them
/// out. Bounds: ``OutgoingQueue``.
final class ClientOutbox: Sendable {
    /// More than this many bytes waiting, and requests and log history of this client wait too.
    static let roomThreshold = 262_144

    private struct State {
        var queue: OutgoingQueue
        /// Streams this client receives.
        var interests: Set<EventStream> = []
        var isFinished = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0

        var hasRoom: Bool { isFinished || queue.byteCount <= ClientOutbox.roomThreshold }
    }

    private let state: Mutex<State>
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    init(limits: OutgoingQueue.Limits = OutgoingQueue.Limits()) {
        state = Mutex(State(queue: OutgoingQueue(limits: limits)))
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func answer(_ line: [UInt8]) {
        state.withLock { $0.queue.append(answer: line) }
        wakeUp.yield()
    }

    /// Sends a notification, whatever the client's interests.
    func notify(_ stream: EventStream, _ line: [UInt8]) {
        state.withLock { $0.queue.append(notification: line, of: stream) }
        wakeUp.yield()
    }

    /// Sends a notification if the client wants the stream.
    func offer(_ stream: EventStream, _ line: [UInt8]) {
        let wanted = state.withLock { state in
            guard state.interests.contains(stream) else { return false }
            state.queue.append(notification: line, of: stream)
            return true
        }
        if wanted { wakeUp.yield() }
    }

    func noteLost(_ count: Int, of stream: EventStream) {
        state.withLock { $0.queue.noteLost(count, of: stream) }
        wakeUp.yield()
    }

    func setInterest(_ wanted: Bool, in stream: EventStream) {
        state.withLock { state in
            if wanted { state.interests.insert(stream) } else { state.interests.remove(stream) }
        }
    }

    func isInterested(in stream: EventStream) -> Bool {
        state.withLock { $0.interests.contains(stream) }
    }

    /// No more lines will come; the writer ends when it has written what is there.
    func finish() {
        let waiters = state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
        wakeUp.finish()
    }

    /// Waits until less than ``roomThreshold`` is waiting to be written, or the task is cancelled.
    func waitForRoom() async {
        if state.withLock({ $0.hasRoom }) { return }
        let id = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    // Looked at again under the lock: the writer may have been faster, or the task may be gone.
                    if state.hasRoom || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// Takes lines out until ``finish()`` and hands them to `write`, which may wait for the client.
    func drain(_ write: ([UInt8]) async throws -> Void) async throws {
        for await _ in wakeUps {
            try await writeWaiting(write)
        }
        try await writeWaiting(write)
    }

    private func writeWaiting(_ write: ([UInt8]) async throws -> Void) async throws {
        while true {
            let (bytes, waiters) = state.withLock { state in
                let bytes = state.queue.take(limit: 65_536, lagged: LaggedNotice.line)
                guard state.hasRoom else { return (bytes, [CheckedContinuation<Void, Never>]()) }
                defer { state.waiters = [:] }
                return (bytes, Array(state.waiters.values))
            }
            for waiter in waiters { waiter.resume() }
            if bytes.isEmpty { return }
            try await write(bytes)
        }
    }
}
