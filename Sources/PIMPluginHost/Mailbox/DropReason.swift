/// Why a payload that reached the host never reached a handler. The raw values are stable: they are metric labels and
/// keys in `plugins.list`.
public struct DropReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// The mailbox was full and this payload's source had the most queued.
    public static let mailboxFull = DropReason(rawValue: "mailbox_full")
    /// No plugin claims the kind.
    public static let noPlugin = DropReason(rawValue: "no_plugin")
    /// The plugin that claims the kind is not running: not yet, not any more, or it failed to start.
    public static let notRunning = DropReason(rawValue: "not_running")
    /// The payload is worth less than the plugin demands (`DaemonPlugin.minimumSecurity`).
    public static let insufficientSecurity = DropReason(rawValue: "insufficient_security")
    /// The payload still waited when the plugin began to drain.
    public static let shutdown = DropReason(rawValue: "shutdown")
}
