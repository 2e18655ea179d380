/// The bounds a host keeps. The defaults are the contract of ``PIMPlugin/DaemonPlugin``; tests use smaller ones.
public struct PluginHostLimits: Sendable {
    /// Payloads that may wait for one plugin.
    public var mailboxCapacity = 256
    /// The most payloads a worker takes at once from a plugin whose handlers are quick.
    public var largestBatch = 32
    /// Sources named in a table of drops.
    public var rankedSources = 16

    /// For one plugin's `checkConfiguration`.
    public var configure = Duration.seconds(5)
    /// For one plugin's `start`.
    public var start = Duration.seconds(30)
    /// A handler that takes longer is listed as stalled.
    public var handler = Duration.seconds(10)
    /// For one plugin's `peerForgotten`.
    public var forget = Duration.seconds(10)
    /// For the running handlers and the background work of all plugins to end, before the first `shutdown`.
    public var drain = Duration.seconds(3)
    /// For one plugin's `shutdown`.
    public var shutdown = Duration.seconds(3)

    /// How often the watchdog looks.
    public var watchdogInterval = Duration.seconds(1)
    /// One line of a kind per plugin and interval is logged about handlers that throw and about payloads dropped.
    public var logInterval = Duration.seconds(10)

    public init() {}

    public static let `default` = PluginHostLimits()
}
