internal import Logging
internal import PIMCore
internal import PIMRPC

/// One log line as the ring keeps it.
struct LogRecord: Sendable {
    /// Its number since the process began; the first one is 0.
    var sequence: UInt64
    var unixMicroseconds: Int64
    var level: LogLevel
    /// `::`-separated, for instance `pim_daemon::control_socket`.
    var source: String
    var message: String
    /// Sorted by name.
    var fields: [(name: String, value: JSONValue)]

    /// The form it has on the control socket.
    var entry: LogEntry {
        LogEntry(
            timestamp: RPCTimestamp.milliseconds(unix: unixMicroseconds / 1000), level: level, source: source,
            message: message, fields: Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first })
    }
}
