/// Parameters of `logs.subscribe`: which lines are wanted. Without any, all.
public struct LogFilter: Codable, Sendable, Hashable {
    public var minLevel: LogLevel?
    /// Exactly these levels; beats `minLevel`.
    public var levels: [LogLevel]?
    /// Prefixes of the source.
    public var sources: [String]?

    public init(minLevel: LogLevel? = nil, levels: [LogLevel]? = nil, sources: [String]? = nil) {
        self.minLevel = minLevel
        self.levels = levels
        self.sources = sources
    }

    /// Whether a line of this level and source is wanted.
    public func admits(_ level: LogLevel, source: String) -> Bool {
        if let levels {
            guard levels.contains(level) else { return false }
        } else if let minLevel, level < minLevel {
            return false
        }
        guard let sources, !sources.isEmpty else { return true }
        return sources.contains { source.hasPrefix($0) }
    }

    enum CodingKeys: String, CodingKey {
        case levels, sources
        case minLevel = "min_level"
    }
}
