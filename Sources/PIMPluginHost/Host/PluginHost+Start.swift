internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import Synchronization

extension PluginHost {
    /// Configures and starts the plugins one after another and returns when all that can run do. Once per host.
    ///
    /// A plugin receives payloads from the moment its own start returned. If a required plugin fails, those started before
    /// it are shut down in reverse order first. Cancelling the caller ends the start in the same way.
    ///
    /// - Throws: `PIMError` of category `plugin` that names the plugin, or `CancellationError`.
    public func start() async throws {
        let task = try stage.withLock { stage in
            guard case .idle = stage else { throw PIMError(.plugin, "a plugin host starts once") }
            let task = Task { try await self.bringUp() }
            stage = .starting(task)
            return task
        }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func bringUp() async throws {
        let watchdog = startWatchdog()
        do {
            try await configure()
            try await startInOrder()
            stage.withLock { $0 = .running(watchdog: watchdog) }
        } catch {
            // In a task of its own: this one may be cancelled, and what a plugin does in `shutdown` shall not be.
            await Task { await self.bringDown(watchdog) }.value
            throw error
        }
    }

    private func configure() async throws {
        for problem in problems where problem.severity == .warning {
            logger.warning("\(problem.message)", metadata: ["plugin": "\(problem.plugin)"])
        }
        if let problem = problems.first(where: { $0.severity == .error }) {
            throw PIMError(.plugin, problem.description)
        }
        for hosted in hosted where hosted.isEnabled {
            if let problem = await hosted.checkConfiguration() {
                hosted.note(error: problem)
                hosted.enter(.failed)
                throw PIMError(.plugin, "plugin “\(hosted.name)”: [plugins.\(hosted.name)]: \(problem)")
            }
            hosted.enter(.configured)
        }
    }

    private func startInOrder() async throws {
        for hosted in hosted where hosted.isEnabled {
            try Task.checkCancellation()
            do {
                try await hosted.start(ports)
            } catch {
                try Task.checkCancellation()
                guard hosted.policy == .optional else {
                    throw PIMError(.plugin, "plugin “\(hosted.name)” did not start", cause: error)
                }
                hosted.logger.error(
                    "an optional plugin did not start; going on without it", metadata: ["error": "\(error)"])
            }
        }
        try Task.checkCancellation()
    }

    private func startWatchdog() -> Task<Void, Never> {
        Task { [hosted, clock, limits] in
            // Ends when it is cancelled: then the sleep throws.
            while (try? await clock.sleep(for: limits.watchdogInterval)) != nil {
                let now = clock.now()
                for hosted in hosted { hosted.watch(at: now) }
            }
        }
    }
}
