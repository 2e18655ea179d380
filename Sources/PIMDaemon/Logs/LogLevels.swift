internal import Logging
internal import PIMCore
internal import PIMRPC

/// Which lines are wanted: a level, and other levels for the sources whose names begin in a certain way.
struct LogLevels: Sendable, Equatable {
    var level = Logger.Level.info
    /// By the name of a source, or by its first parts.
    var sources: [String: Logger.Level] = [:]

    /// What is wanted of a source: the entry with the longest name that it belongs to counts.
    func level(of source: String) -> Logger.Level {
        guard !sources.isEmpty else { return level }
        let matching = sources.filter { source == $0.key || source.hasPrefix("\($0.key)::") }
        return matching.max { $0.key.utf8.count < $1.key.utf8.count }?.value ?? level
    }
}

extension LogLevels {
    /// The configuration, as far as the environment does not say otherwise (`spec/cli.md` §7.1).
    init(_ log: PIMConfiguration.Log, environment: LogEnvironment) {
        if let level = environment.level {
            self.level = level
        } else {
            level = log.level.loggingLevel
            sources = log.levels.mapValues(\.loggingLevel)
        }
        sources.merge(environment.sources) { _, environment in environment }
    }
}

/// What `PIM_LOG` says, else `RUST_LOG`: a level, or a comma list of `source=level`, or both. A level replaces what the
/// configuration says about levels, pairs are added to it. What is not understood counts as not set.
struct LogEnvironment: Sendable, Equatable {
    private(set) var level: Logger.Level?
    private(set) var sources: [String: Logger.Level] = [:]

    /// Nothing is set.
    init() {}

    init(_ environment: [String: String]) {
        for name in ["PIM_LOG", "RUST_LOG"] where level == nil && sources.isEmpty {
            for part in environment[name]?.split(separator: ",") ?? [] {
                let words = part.filter { $0 != " " }.split(separator: "=", omittingEmptySubsequences: false)
                switch (words.count, words.last.flatMap { Self.level($0.lowercased()) }) {
                case (1, let found?): level = level ?? found
                case (2, let found?) where !words[0].isEmpty: sources[String(words[0])] = found
                default: break
                }
            }
        }
    }

    private static func level(_ word: String) -> Logger.Level? {
        switch word {
        case "warning": .warning
        case "off": .critical
        default: LogLevel(rawValue: word)?.loggingLevel
        }
    }
}

extension PIMConfiguration.Log.Level {
    /// The same in swift-log's words.
    var loggingLevel: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .warn: .warning
        case .error: .error
        }
    }
}
