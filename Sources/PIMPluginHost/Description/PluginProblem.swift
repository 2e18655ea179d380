/// Something wrong with a plugin or with its configuration section.
public struct PluginProblem: Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable {
        /// The host does not start.
        case error
        /// Worth a line in the log.
        case warning
    }

    public var severity: Severity
    /// The plugin's name as it stands in code or, for a section nobody reads, in the file.
    public var plugin: String
    public var message: String

    public init(_ severity: Severity, plugin: String, _ message: String) {
        self.severity = severity
        self.plugin = plugin
        self.message = message
    }

    public var description: String { "plugin “\(plugin)”: \(message)" }
}
