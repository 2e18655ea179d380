internal import Synchronization

/// Changes waiting to be written, from any task, for the one task that writes them.
///
/// Whatever has gathered while one transaction was under way goes into the next one together; nobody ever waits for a
/// batch to fill. Holds ``capacity`` changes: ``room()`` waits while it is full, which holds up the mailbox or the client
/// that the change came from. Follow-ups of committed changes do not wait, at most one comes of each.
final class CommitQueue: Sendable {
    static let capacity = 1024
    /// The most changes of one transaction, so that the first of them do not wait long for the last.
    static let batch = 512

    private struct State {
        var jobs: [CommitJob] = []
        var isClosed = false
        /// The writer, when there is nothing to write.
        var writer: CheckedContinuation<Void, Never>?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Waits while the queue is full. Several who waited may go on together, so the bound is exceeded by at most the number
    /// of tasks that enqueue.
    ///
    /// - Returns: `false` when the queue is closed: nothing can be written any more.
    func room() async -> Bool {
        while true {
            let (isFull, isClosed) = state.withLock { ($0.jobs.count >= Self.capacity, $0.isClosed) }
            if isClosed { return false }
            if !isFull { return true }
            await withCheckedContinuation { continuation in
                let goOn = state.withLock { state in
                    if state.isClosed || state.jobs.count < Self.capacity { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if goOn { continuation.resume() }
            }
        }
    }

    /// Adds a change after ``room()``.
    ///
    /// - Returns: `false` when the queue is closed; the change is not written and its reply not called.
    func enqueue(_ job: CommitJob) -> Bool {
        let (isAccepted, writer) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.isClosed { return (false, nil) }
            state.jobs.append(job)
            defer { state.writer = nil }
            return (true, state.writer)
        }
        writer?.resume()
        return isAccepted
    }

    /// Adds what follows from a committed change, also while the queue is draining.
    func enqueueFollowUp(_ job: CommitJob) {
        let writer = state.withLock { state in
            state.jobs.append(job)
            defer { state.writer = nil }
            return state.writer
        }
        writer?.resume()
    }

    /// What goes into the next transaction; waits until there is something. For one task only.
    ///
    /// - Returns: `nil` when the queue is closed and empty.
    func next() async -> [CommitJob]? {
        while true {
            let (jobs, producers, isClosed) = state.withLock { state in
                let jobs = Array(state.jobs.prefix(Self.batch))
                state.jobs.removeFirst(jobs.count)
                let producers = jobs.isEmpty ? [] : state.waiting
                if !jobs.isEmpty { state.waiting = [] }
                return (jobs, producers, state.isClosed)
            }
            for producer in producers { producer.resume() }
            if !jobs.isEmpty { return jobs }
            if isClosed { return nil }
            await withCheckedContinuation { continuation in
                let goOn = state.withLock { state in
                    if state.isClosed || !state.jobs.isEmpty { return true }
                    state.writer = continuation
                    return false
                }
                if goOn { continuation.resume() }
            }
        }
    }

    /// Takes no more changes; what is queued is still written.
    func close() {
        let continuations = state.withLock { state in
            state.isClosed = true
            defer {
                state.writer = nil
                state.waiting = []
            }
            return state.waiting + (state.writer.map { [$0] } ?? [])
        }
        for continuation in continuations { continuation.resume() }
    }
}
