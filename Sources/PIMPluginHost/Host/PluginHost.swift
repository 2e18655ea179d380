public import CoreMetrics
public import Logging
internal import PIMCore
public import PIMPlugin
internal import Synchronization

/// Runs the plugins of a node: takes them through their phases, hands them payloads, keeps them apart.
///
/// The same host runs in the daemon and in tests. What it promises to plugins is written at ``PIMPlugin/DaemonPlugin``;
/// what it promises to the daemon is this:
///
/// * ``deliver(_:)`` never waits and costs a fraction of a microsecond; nothing a plugin does delays the caller.
/// * Whatever a plugin throws, however long it takes and however much arrives for it: the other plugins go on, and
///   every phase ends within its deadline (``PluginHostLimits``). What does not return in time is cancelled, abandoned
///   and logged.
/// * Memory per plugin is bounded: ``PluginHostLimits/mailboxCapacity`` payloads wait, ``PluginHostLimits/largestBatch``
///   are on their way to the handler, and a small table names the sources that lost the most.
///
/// It cannot protect the process from a plugin that traps, corrupts memory, or blocks a thread of Swift's concurrency pool
/// by waiting without `await`: plugins are code of the same process.
public final class PluginHost: Sendable {
    /// A plugin that receives a kind, with the kind's length: strings that are equal as text may differ in bytes, and kinds
    /// are compared byte for byte. A claimed kind is ASCII, so another spelling of it is always longer.
    private struct Receiver {
        let plugin: HostedPlugin
        let kindLength: Int
    }

    let hosted: [HostedPlugin]
    let problems: [PluginProblem]
    let ports: PluginPorts
    let logger: Logger
    let limits: PluginHostLimits
    let clock: HostClock
    let stage = Mutex(Stage.idle)
    private let receivers: [String: Receiver]
    private let unclaimed: Mutex<DropLedger>
    private let unclaimedMetrics: DropMetrics

    /// Reads the plugins' properties; calls nothing of theirs beyond that.
    ///
    /// - Parameters:
    ///   - plugins: in registration order.
    ///   - settings: by plugin name; a plugin without an entry has an empty section.
    ///   - ports: makes each plugin's ports right before its start.
    ///   - logger: gets the metadata `plugin` where it is about one.
    ///   - clock: for every deadline and for the watchdog.
    ///   - metrics: where ``PayloadMetrics`` go; by default to the back end the process was bootstrapped with.
    public init(
        plugins: [any DaemonPlugin], settings: [String: PluginSettings] = [:], ports: PluginPorts, logger: Logger,
        limits: PluginHostLimits = .default, clock: any Clock<Duration> = ContinuousClock(),
        metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        let registry = PluginRegistry(plugins, settings: settings)
        let hostClock = HostClock(clock)
        let hosted = registry.entries.map {
            HostedPlugin($0, logger: logger, metrics: metrics, clock: hostClock, limits: limits)
        }
        self.hosted = hosted
        problems = registry.problems
        receivers = Dictionary(
            uniqueKeysWithValues: registry.receivers.map { kind, position in
                (kind, Receiver(plugin: hosted[position], kindLength: kind.utf8.count))
            })
        self.ports = ports
        self.logger = logger
        self.limits = limits
        self.clock = hostClock
        unclaimed = Mutex(DropLedger(sources: limits.rankedSources))
        unclaimedMetrics = DropMetrics(plugin: "", reasons: [.noPlugin], factory: metrics)
    }

    /// Hands a payload to the plugin that receives its kind: into its mailbox, nothing more. Synchronous, any thread, never
    /// waits, never throws (`spec/plugin.md` §6.5).
    @discardableResult
    public func deliver(_ payload: InboundPayload) -> DeliveryOutcome {
        guard let receiver = receivers[payload.kind], receiver.kindLength == payload.kind.utf8.count else {
            unclaimed.withLock { $0.count(.noPlugin, from: payload.source) }
            unclaimedMetrics.count(.noPlugin)
            return .dropped(.noPlugin)
        }
        return receiver.plugin.deliver(payload)
    }

    /// Every plugin, disabled ones included, in registration order.
    public func status() -> [PluginStatus] {
        hosted.map(\.status)
    }

    /// Payloads of kinds that no plugin receives.
    public func unclaimedDrops() -> PayloadDrops {
        unclaimed.withLock { $0.snapshot }
    }
}
