public import PIMCore

/// Parameters of `logs.event` (`spec/rpc.md` §6.2): one log line.
public struct LogEntry: Codable, Sendable, Hashable {
    /// UTC text, millisecond precision.
    public var timestamp: String
    public var level: LogLevel
    /// What emitted it, `::`-separated, for instance `pim_daemon::control_socket`.
    public var source: String
    public var message: String
    /// Structured values; left out when there are none.
    public var fields: [String: JSONValue]?

    public init(
        timestamp: String, level: LogLevel, source: String, message: String, fields: [String: JSONValue] = [:]
    ) {
        self.timestamp = timestamp
        self.level = level
        self.source = source
        self.message = message
        self.fields = fields.isEmpty ? nil : fields
    }

    enum CodingKeys: String, CodingKey {
        case level, source, message, fields
        case timestamp = "ts"
    }
}
