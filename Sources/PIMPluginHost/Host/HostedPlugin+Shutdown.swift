internal import Logging
internal import PIMPlugin
internal import Synchronization

extension HostedPlugin {
    /// Takes no payload any more, drops those that wait and asks background work to end. Does not wait.
    func beginDraining() {
        enter(.draining)
        let dropped = mailbox.close()
        if dropped > 0 {
            metrics.drops.count(.shutdown, dropped)
            logger.notice("payloads dropped at shutdown", metadata: ["count": "\(dropped)"])
        }
        tasks.cancel()
    }

    /// Waits for the running handlers and background work; abandons them at the deadline.
    func awaitQuiet() async {
        let workers = life.withLock { $0.workers }
        let deadline = Deadline(limit: limits.drain, clock: clock)
        async let quietTasks: Void = awaitTasks()
        let outcome = await deadline.run {
            for worker in workers { await worker.value }
        }
        await quietTasks
        guard case .expired = outcome else { return }
        for worker in workers { worker.cancel() }
        for progress in progress where progress.snapshot.isBusy {
            note(error: "a handler did not return within \(limits.drain) of shutdown and was abandoned")
            logger.error("a payload handler was abandoned at shutdown", metadata: ["peer": "\(progress.source)"])
        }
    }

    /// Waits for background work that has been cancelled; abandons it at the deadline.
    func awaitTasks() async {
        let deadline = Deadline(limit: limits.drain, clock: clock)
        guard case .expired = await deadline.run({ [tasks] in await tasks.finish() }) else { return }
        let names = tasks.names.joined(separator: ", ")
        note(error: "background work did not end within \(limits.drain): \(names)")
        logger.error("background work was abandoned", metadata: ["work": "\(names)"])
    }

    /// Calls the plugin's `shutdown`, then closes its ports.
    func shutDown() async {
        let deadline = Deadline(limit: limits.shutdown, clock: clock)
        if case .expired = await deadline.run({ [plugin] in await plugin.shutdown() }) {
            note(error: "shutdown did not return within \(limits.shutdown)")
            logger.error("shutdown did not return in time and was abandoned")
        }
        gate.close()
        enter(.stopped)
    }
}
