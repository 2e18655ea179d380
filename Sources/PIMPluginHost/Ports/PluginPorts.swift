public import PIMPlugin

/// How the daemon, or a test, supplies a plugin's ports. Each closure is called once per plugin, right before its start;
/// what it throws counts as a failed start of that plugin.
///
/// The host adds the rest of ``PIMPlugin/PluginContext``: configuration, logger, metrics, tasks. It also puts a gate
/// before every port, so that a stopped plugin that still holds its context sends nothing and learns nothing.
public struct PluginPorts: Sendable {
    public var peers: @Sendable (PluginPortRequest) throws -> any PeerDirectory
    public var control: @Sendable (PluginPortRequest) throws -> any ControlSender
    public var identity: @Sendable (PluginPortRequest) throws -> any NodeIdentity
    public var events: @Sendable (PluginPortRequest) throws -> any PluginEventSink
    public var directories: @Sendable (PluginPortRequest) throws -> PluginDirectories

    public init(
        peers: @escaping @Sendable (PluginPortRequest) throws -> any PeerDirectory,
        control: @escaping @Sendable (PluginPortRequest) throws -> any ControlSender,
        identity: @escaping @Sendable (PluginPortRequest) throws -> any NodeIdentity,
        events: @escaping @Sendable (PluginPortRequest) throws -> any PluginEventSink,
        directories: @escaping @Sendable (PluginPortRequest) throws -> PluginDirectories
    ) {
        self.peers = peers
        self.control = control
        self.identity = identity
        self.events = events
        self.directories = directories
    }
}
