internal import Foundation
public import Logging
public import PIMCore
internal import PIMHost
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

    private struct State {
        var ring = LogRing(capacity: LogStream.historyCapacity)
        var listeners: [UInt64: @Sendable () -> Void] = [:]
        var nextListener: UInt64 = 0
        var counts: [LogLevel: UInt64] = [:]
    }

    private struct Settings {
        var levels: LogLevels
        var format: PIMConfiguration.Log.Format
        /// One for each source that ever had a logger; sources are named in code.
        var thresholds: [String: LogThreshold] = [:]
    }

    private let state = Mutex(State())
    private let settings: Mutex<Settings>
    private let environment: LogEnvironment
    /// What is written when the configuration does not say.
    private let usualFormat: PIMConfiguration.Log.Format
    private let writer: LogWriter?

    /// - Parameters:
    ///   - level: Lines below it are not recorded.
    ///   - descriptor: Where the text goes, standard error unless said otherwise; `nil` for nowhere. Stays the caller's.
    public convenience init(level: Logger.Level = .info, descriptor: Int32? = 2) {
        self.init(
            levels: LogLevels(level: level), format: .text, environment: LogEnvironment(), usualFormat: .text,
            descriptor: descriptor)
    }

    /// As a daemon logs: the configuration, and over it what the environment says (`spec/cli.md` §7.1).
    convenience init(_ log: PIMConfiguration.Log, environment: [String: String], descriptor: Int32 = 2) {
        let usual: PIMConfiguration.Log.Format =
            JournalStream.isJournal(descriptor, environment: environment) ? .journald : .text
        let words = LogEnvironment(environment)
        self.init(
            levels: LogLevels(log, environment: words), format: log.format ?? usual, environment: words,
            usualFormat: usual, descriptor: descriptor)
    }

    private init(
        levels: LogLevels, format: PIMConfiguration.Log.Format, environment: LogEnvironment,
        usualFormat: PIMConfiguration.Log.Format, descriptor: Int32?
    ) {
        settings = Mutex(Settings(levels: levels, format: format))
        self.environment = environment
        self.usualFormat = usualFormat
        writer = descriptor.map { LogWriter(descriptor: $0) }
    }

    /// The least important level that is recorded of sources without a level of their own.
    public var level: Logger.Level { settings.withLock { $0.levels.level } }

    /// How lines are written from now on.
    var format: PIMConfiguration.Log.Format { settings.withLock { $0.format } }

    /// Takes another `[log]` section into use, for all loggers there are and those to come. Levels the environment sets
    /// stay. Any thread.
    public func apply(_ log: PIMConfiguration.Log) {
        settings.withLock { settings in
            settings.levels = LogLevels(log, environment: environment)
            settings.format = log.format ?? usualFormat
            for (source, threshold) in settings.thresholds { threshold.level = settings.levels.level(of: source) }
        }
    }

    /// Shared by all loggers of a source.
    func threshold(of source: String) -> LogThreshold {
        settings.withLock { settings in
            if let known = settings.thresholds[source] { return known }
            let threshold = LogThreshold(settings.levels.level(of: source))
            settings.thresholds[source] = threshold
            return threshold
        }
    }

    /// The level asked for by `PIM_LOG`, else by `RUST_LOG`, else `info`. Of a comma list the first plain level counts;
    /// what is not understood counts as not set.
    public static func level(in environment: [String: String]) -> Logger.Level {
        LogEnvironment(environment).level ?? .info
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
            state.counts[LogLevel(level), default: 0] &+= 1
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

    /// How many lines there were of each level, since the process began.
    var counts: [LogLevel: UInt64] { state.withLock { $0.counts } }

    /// The numbers of the lines kept.
    var range: Range<UInt64> {
        state.withLock { $0.ring.oldestSequence..<$0.ring.nextSequence }
    }
}
