internal import Logging
internal import Synchronization

extension PluginHost {
    /// Stops every running plugin and returns when all are stopped or abandoned: within
    /// ``PluginHostLimits/drain`` for all and ``PluginHostLimits/shutdown`` for each. Call it while links are still up, so
    /// that last payloads leave. Further calls wait for the first one's end.
    public func shutdown() async {
        while true {
            let current = stage.withLock { stage -> Stage in
                switch stage {
                case .idle: stage = .stopped
                case .running(let watchdog): stage = .stopping(Task { await self.bringDown(watchdog) })
                case .starting, .stopping, .stopped: break
                }
                return stage
            }
            switch current {
            case .starting(let start):
                start.cancel()
                // Whether it failed or was just faster, the stage says what is left to do.
                _ = await start.result
            case .stopping(let stop):
                return await stop.value
            case .idle, .running, .stopped:
                return markRestStopped()
            }
        }
    }

    func bringDown(_ watchdog: Task<Void, Never>) async {
        await stop(hosted.filter { $0.phase == .running })
        markRestStopped()
        watchdog.cancel()
        stage.withLock { $0 = .stopped }
    }

    /// Drains these plugins together, then calls their `shutdown` in reverse order, one after another.
    func stop(_ plugins: [HostedPlugin]) async {
        for plugin in plugins.reversed() { plugin.beginDraining() }
        await withTaskGroup(of: Void.self) { group in
            for plugin in plugins {
                group.addTask { await plugin.awaitQuiet() }
            }
        }
        for plugin in plugins.reversed() { await plugin.shutDown() }
    }

    /// Plugins that never ran have nothing to shut down.
    func markRestStopped() {
        for plugin in hosted where [.described, .configured].contains(plugin.phase) { plugin.enter(.stopped) }
    }
}
