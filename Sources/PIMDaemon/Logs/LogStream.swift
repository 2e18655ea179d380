internal import Foundation
public import Logging
internal import PIMCore
internal import PIMRPC
internal import Synchronization

/// Where all log lines of the daemon go: into a ring for control-socket clients, who read it at their own pace, and as
/// text to a file descriptor.
///
/// Logging never waits for a reader or for the disk: a line costs an entry in the ring. Whoever reads too slowly loses the
/// oldest lines and is told how many. Install it once, before the first logger is made:
/// `LoggingSystem.bootstrap(logs.makeHandler)`.
public final class LogStream: Sendable {
    /// The lines kept for clients that connect later (`spec/rpc.md` §6.2).
    public static let historyCapacity = 2048

    /// The least important level that is recorded.
    public let level: Logger.Level

    private struct State {
        var ring = LogRing(capacity: LogStream.historyCapacity)
        var listeners: [UInt64: @Sendable () -> Void] = [:]
        var nextListener: UInt64 = 0
    }

    private let state = Mutex(State())
    private let writer: LogWriter?

    /// - Parameters:
    ///   - level: Lines below it are not recorded.
    ///   - descriptor: Where the text goes, standard error unless said otherwise; `nil` for nowhere. Stays the caller's.
    public init(level: Logger.Level = .info, descriptor: Int32? = 2) {
        self.level = level
        writer = descriptor.map { LogWriter(descriptor: $0) }
    }

    /// The level asked for by `PIM_LOG`, else by `RUST_LOG`, else `info`. Of a comma list the first plain level counts;
    /// what is not understood counts as not set.
    public static func level(in environment: [String: String]) -> Logger.Level {
        for name in ["PIM_LOG", "RUST_LOG"] {
            for part in environment[name]?.split(separator: ",") ?? [] {
                switch part.lowercased().filter({ $0 != " " }) {
                case "warning": return .warning
                case "off": return .critical
                case let word:
                    if let level = LogLevel(rawValue: word) { return level.loggingLevel }
                }
            }
        }
        return .info
    }

    /// A handler for `LoggingSystem.bootstrap`; the label becomes the source of its lines.
    public func makeHandler(label: String) -> any LogHandler {
        LogStreamHandler(stream: self, source: label)
    }

    /// A logger that goes here whatever the logging system was bootstrapped with.
    public func logger(label: String) -> Logger {
        Logger(label: label, factory: makeHandler)
    }

    /// Waits until everything logged so far is written as text. For the end of the process.
    public func flush() {
        writer?.drain(self)
    }

    func record(level: Logger.Level, source: String, message: String, fields: [(name: String, value: JSONValue)]) {
        let microseconds = Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down))
        let listeners = state.withLock { state in
            state.ring.append(
                LogRecord(
                    sequence: 0, unixMicroseconds: microseconds, level: LogLevel(level), source: source,
                    message: message, fields: fields))
            return state.listeners.values
        }
        for wake in listeners { wake() }
        writer?.schedule(self)
    }

    /// Calls `wake` after every new line, on whatever thread logged it, until the listener is removed. It must be quick and
    /// must not log.
    func addListener(_ wake: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            defer { state.nextListener += 1 }
            state.listeners[state.nextListener] = wake
            return state.nextListener
        }
    }

    func removeListener(_ listener: UInt64) {
        _ = state.withLock { $0.listeners.removeValue(forKey: listener) }
    }

    /// See ``LogRing/records(from:limit:)``.
    func records(from cursor: UInt64, limit: Int) -> (records: [LogRecord], missed: UInt64) {
        state.withLock { $0.ring.records(from: cursor, limit: limit) }
    }

    /// The numbers of the lines kept.
    var range: Range<UInt64> {
        state.withLock { $0.ring.oldestSequence..<$0.ring.nextSequence }
    }
}
