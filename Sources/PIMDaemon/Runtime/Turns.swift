/// The turns of an actor whose pieces of work suspend: each begins when the one before has ended, in the order they were asked
/// for, so that nothing is half made when the next one begins. A caller who is cancelled meanwhile changes nothing about that.
struct Turns {
    /// Ends with the newest piece of work.
    private var newest: Task<Void, Never>?

    /// Starts a piece of work in its turn.
    mutating func start<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) -> Task<Result, Never> {
        let before = newest
        let task = Task {
            await before?.value
            return await work()
        }
        newest = Task { _ = await task.value }
        return task
    }
}
