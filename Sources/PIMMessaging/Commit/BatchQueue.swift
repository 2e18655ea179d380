internal import PIMCore
internal import Synchronization

/// Work from any task for one task that does it in batches.
///
/// Whatever has gathered while one batch was under way goes into the next one together; nobody ever waits for a batch
/// to fill. Holds ``capacity`` elements: ``room()`` waits while it is full, which holds up the mailbox or the client
/// that the work comes from. Sources, where elements have one, are served in turn. Follow-ups of what was taken do not wait, at most one comes of each.
final class BatchQueue<Element: Sendable>: Sendable {
    let capacity: Int
    /// The most elements of one batch, so that the first of them do not wait long for the last.
    let batch: Int

    private struct State {
        var elements = TurnQueue<Element>()
        var isClosed = false
        /// Who takes the batches, when there is nothing to take.
        var taker: CheckedContinuation<Void, Never>?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let source: @Sendable (Element) -> NodeID?
    private let state = Mutex(State())

    /// - Parameter source: whose an element is, so that no source delays another; by default all are of one.
    init(capacity: Int, batch: Int, source: @escaping @Sendable (Element) -> NodeID? = { _ in nil }) {
        self.capacity = capacity
        self.batch = batch
        self.source = source
    }

    /// Waits while the queue is full. Several who waited may go on together, so the bound is exceeded by at most the
    /// number of tasks that enqueue.
    ///
    /// - Returns: `false` when the queue is closed: nothing will be done any more.
    func room() async -> Bool {
        while true {
            let (isFull, isClosed) = state.withLock { ($0.elements.count >= capacity, $0.isClosed) }
            if isClosed { return false }
            if !isFull { return true }
            await withCheckedContinuation { continuation in
                let goOn = state.withLock { state in
                    if state.isClosed || state.elements.count < capacity { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if goOn { continuation.resume() }
            }
        }
    }

    /// Adds an element after ``room()``.
    ///
    /// - Returns: `false` when the queue is closed; the element was not added.
    func enqueue(_ element: Element) -> Bool {
        let (isAccepted, taker) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.isClosed { return (false, nil) }
            state.elements.append(element, of: source(element))
            defer { state.taker = nil }
            return (true, state.taker)
        }
        taker?.resume()
        return isAccepted
    }

    /// Adds what follows from an element that was taken, also while the queue is draining.
    func enqueueFollowUp(_ element: Element) {
        let taker = state.withLock { state in
            state.elements.append(element, of: source(element))
            defer { state.taker = nil }
            return state.taker
        }
        taker?.resume()
    }

    /// The next batch; waits until there is something. For one task only.
    ///
    /// - Returns: `nil` when the queue is closed and empty.
    func next() async -> [Element]? {
        while true {
            let (elements, producers, isClosed) = state.withLock { state in
                let elements = state.elements.take(batch)
                let producers = elements.isEmpty ? [] : state.waiting
                if !elements.isEmpty { state.waiting = [] }
                return (elements, producers, state.isClosed)
            }
            for producer in producers { producer.resume() }
            if !elements.isEmpty { return elements }
            if isClosed { return nil }
            await withCheckedContinuation { continuation in
                let goOn = state.withLock { state in
                    if state.isClosed || !state.elements.isEmpty { return true }
                    state.taker = continuation
                    return false
                }
                if goOn { continuation.resume() }
            }
        }
    }

    /// Takes nothing more; what is queued is still given away.
    func close() {
        let continuations = state.withLock { state in
            state.isClosed = true
            defer {
                state.taker = nil
                state.waiting = []
            }
            return state.waiting + (state.taker.map { [$0] } ?? [])
        }
        for continuation in continuations { continuation.resume() }
    }
}
