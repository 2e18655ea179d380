internal import Logging
internal import PIMPlugin
internal import Synchronization

/// A plugin's background work: as many tasks as it likes, all cancelled and awaited before its `shutdown`.
final class PluginTasks: PluginTaskGroup {
    private struct State {
        var isClosed = false
        var next: UInt64 = 0
        var running: [UInt64: (name: String, task: Task<Void, Never>)] = [:]
    }

    private let state = Mutex(State())
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    func run(_ name: String, _ work: @escaping @Sendable () async throws -> Void) {
        let accepted = state.withLock { state in
            guard !state.isClosed else { return false }
            state.next += 1
            let key = state.next
            // The task waits for this lock before it can remove itself: it cannot end before it is listed.
            let task = Task {
                do {
                    try await work()
                } catch is CancellationError {
                } catch {
                    self.logger.error("background work failed", metadata: ["work": "\(name)", "error": "\(error)"])
                }
                self.remove(key)
            }
            state.running[key] = (name, task)
            return true
        }
        if !accepted {
            logger.warning("background work refused: the plugin is stopping", metadata: ["work": "\(name)"])
        }
    }

    /// Refuses new work and cancels what runs.
    func cancel() {
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.running.values.map(\.task)
        }
        for task in tasks { task.cancel() }
    }

    /// Waits until nothing runs any more; call ``cancel()`` before.
    func finish() async {
        let tasks = state.withLock { $0.running.values.map(\.task) }
        for task in tasks { await task.value }
    }

    /// The names of what still runs, for the log.
    var names: [String] { state.withLock { $0.running.values.map(\.name).sorted() } }

    private func remove(_ key: UInt64) {
        state.withLock { $0.running[key] = nil }
    }
}
