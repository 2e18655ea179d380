/// Calls of the daemon, one after the other, while nobody waits for them: a daemon that hangs does not freeze the keyboard.
struct ChatCalls: Sendable {
    typealias Call = @Sendable () async -> Void

    private let queue: AsyncStream<Call>.Continuation
    private let working: Task<Void, Never>

    init() {
        let (calls, queue) = AsyncStream.makeStream(of: Call.self)
        self.queue = queue
        working = Task { for await call in calls { await call() } }
    }

    func add(_ call: @escaping Call) {
        queue.yield(call)
    }

    /// Ends the one under way, too.
    func cancel() {
        queue.finish()
        working.cancel()
    }
}
