public import Foundation
public import Logging

/// What a plugin is given at start: its ports to the daemon. Cheap to copy, safe to share.
///
/// Once the plugin has stopped the ports are dead: sends are answered `stopped`, look-ups know nobody, event streams end,
/// signing and opening throw, published events go nowhere, background work is refused.
public struct PluginContext: Sendable {
    /// What is known about other nodes.
    public let peers: any PeerDirectory
    /// Sends payloads.
    public let control: any ControlSender
    /// Signs and seals as this node.
    public let identity: any NodeIdentity
    /// The plugin's private directory, existing, mode 0700: `<data directory>/plugins/<name>`.
    public let dataDirectory: URL
    /// The daemon's data directory, for taking over files of earlier versions. Do not write there.
    public let daemonDataDirectory: URL
    /// The plugin's configuration section.
    public let configuration: PluginConfiguration
    /// Carries the plugin's name as metadata `plugin`.
    public let logger: Logger
    /// Publishes events to control-socket clients.
    public let events: any PluginEventSink
    /// The plugin's own counters and gauges.
    public let metrics: any PluginMetrics

    private let tasks: any PluginTaskGroup

    public init(
        peers: any PeerDirectory, control: any ControlSender, identity: any NodeIdentity, dataDirectory: URL,
        daemonDataDirectory: URL, configuration: PluginConfiguration, logger: Logger, events: any PluginEventSink,
        metrics: any PluginMetrics, tasks: any PluginTaskGroup
    ) {
        self.peers = peers
        self.control = control
        self.identity = identity
        self.dataDirectory = dataDirectory
        self.daemonDataDirectory = daemonDataDirectory
        self.configuration = configuration
        self.logger = logger
        self.events = events
        self.metrics = metrics
        self.tasks = tasks
    }

    /// Starts background work that belongs to the plugin: cancelled and awaited at shutdown, before
    /// ``DaemonPlugin/shutdown()``. An error it throws, other than `CancellationError`, is logged with `name`.
    public func run(_ name: String, _ work: @escaping @Sendable () async throws -> Void) {
        tasks.run(name, work)
    }
}

/// Background work owned by the host on behalf of a plugin.
public protocol PluginTaskGroup: Sendable {
    func run(_ name: String, _ work: @escaping @Sendable () async throws -> Void)
}

/// The plugin's event stream `<namespace>.event` on the control socket.
public protocol PluginEventSink: Sendable {
    /// Publishes one event; `parameters` must encode to a JSON object. Never waits: a client that does not keep up loses its
    /// oldest events and is told so.
    func publish(_ parameters: any Encodable & Sendable)
}

/// Metrics of a plugin: each appears as `plugin_<name given here>` with the label `plugin`. Use names in `snake_case` that
/// do not depend on input.
public protocol PluginMetrics: Sendable {
    func increment(_ counter: String, by amount: Int)
    func set(_ gauge: String, to value: Double)
}

extension PluginMetrics {
    public func increment(_ counter: String) { increment(counter, by: 1) }
}
