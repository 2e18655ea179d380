internal import CoreMetrics
internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import Synchronization

/// One plugin with everything the host keeps for it.
final class HostedPlugin: Sendable {
    let plugin: any DaemonPlugin
    let name: String
    let rpcNamespace: String
    let rpcMethods: [PluginRPCMethod]
    let kinds: [String]
    let policy: PluginFailurePolicy
    let settings: PluginSettings
    let portRequest: PluginPortRequest

    let mailbox: Mailbox
    /// One per worker.
    let progress: [HandlerProgress]
    let isSerial: Bool
    let gate = PortGate()
    let tasks: PluginTasks
    let ownMetrics: OwnMetrics

    let logger: Logger
    let metrics: PayloadMetrics
    let clock: HostClock
    let limits: PluginHostLimits
    let life: Mutex<PluginLife>

    init(
        _ entry: PluginRegistry.Entry, logger: Logger, metrics factory: any MetricsFactory, clock: HostClock,
        limits: PluginHostLimits
    ) {
        let description = entry.description
        let name = description.name
        var logger = logger
        logger[metadataKey: "plugin"] = "\(name)"
        plugin = entry.plugin
        self.name = name
        rpcNamespace = description.rpcNamespace
        rpcMethods = description.rpcMethods
        kinds = entry.kinds
        policy = entry.policy
        settings = entry.settings
        portRequest = PluginPortRequest(
            plugin: name, rpcNamespace: rpcNamespace,
            maySeeSigningSeed: description.requestsSigningSeed && entry.settings.exposeSigningSeed)
        mailbox = Mailbox(
            capacity: limits.mailboxCapacity, rankedSources: limits.rankedSources,
            minimumSecurity: description.minimumSecurity)
        let workers: Int
        switch description.workers {
        case .one: (isSerial, workers) = (true, 1)
        case .perSource(let limit): (isSerial, workers) = (false, limit)
        }
        progress = (0..<workers).map { _ in HandlerProgress() }
        tasks = PluginTasks(logger: logger)
        ownMetrics = OwnMetrics(plugin: name, factory: factory)
        self.logger = logger
        metrics = PayloadMetrics(plugin: name, factory: factory)
        self.clock = clock
        self.limits = limits
        let phase = entry.settings.enabled ? PluginPhase.described : .disabled
        life = Mutex(PluginLife(phase: phase, now: clock.now(), workers: workers, limits: limits))
    }

    var phase: PluginPhase { life.withLock { $0.phase } }
    var isEnabled: Bool { settings.enabled }

    func enter(_ phase: PluginPhase) {
        let now = clock.now()
        life.withLock { $0.enter(phase, at: now) }
        metrics.running.record(phase == .running ? 1 : 0)
    }

    func note(error text: String) {
        life.withLock { $0.lastError = text }
    }

    /// Any thread, never waits.
    func deliver(_ payload: InboundPayload) -> DeliveryOutcome {
        let (outcome, lost) = mailbox.deliver(payload)
        if let lost { metrics.drops.count(lost) }
        return outcome
    }
}
