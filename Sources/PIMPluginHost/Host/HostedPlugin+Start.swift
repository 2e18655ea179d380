internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import Synchronization

extension HostedPlugin {
    /// Lets the plugin check its configuration section.
    ///
    /// - Returns: what is wrong with it, for people.
    func checkConfiguration() async -> String? {
        let deadline = Deadline(limit: limits.configure, clock: clock)
        let (plugin, section) = (plugin, settings.configuration)
        switch await deadline.run({ try plugin.checkConfiguration(section) }) {
        case .returned: return nil
        case .failed(let error): return String(describing: error)
        case .expired: return "checkConfiguration did not return within \(limits.configure)"
        }
    }

    /// Calls the plugin's `start` and lets payloads in when it returns.
    ///
    /// - Throws: what `start` or a port threw, or `PIMError` when the deadline passed. The plugin is then cleaned up and
    ///   listed as failed.
    func start(_ ports: PluginPorts) async throws {
        enter(.starting)
        do {
            let context = try makeContext(ports)
            let deadline = Deadline(limit: limits.start, clock: clock)
            switch await deadline.run({ [plugin] in try await plugin.start(context) }) {
            case .returned: break
            case .failed(let error): throw error
            case .expired: throw PIMError(.plugin, "start did not return within \(limits.start)")
            }
        } catch {
            tasks.cancel()
            await awaitTasks()
            gate.close()
            note(error: String(describing: error))
            enter(.failed)
            throw error
        }
        startWorkers()
        enter(.running)
    }

    private func makeContext(_ ports: PluginPorts) throws -> PluginContext {
        let directories = try ports.directories(portRequest)
        return PluginContext(
            peers: GatedPeerDirectory(base: try ports.peers(portRequest), gate: gate),
            control: GatedControlSender(base: try ports.control(portRequest), gate: gate),
            identity: GatedIdentity(base: try ports.identity(portRequest), gate: gate, request: portRequest),
            dataDirectory: directories.own,
            daemonDataDirectory: directories.daemon,
            configuration: settings.configuration,
            logger: logger,
            events: GatedEventSink(base: try ports.events(portRequest), gate: gate),
            metrics: ownMetrics,
            tasks: tasks)
    }
}
