/// How important a log line is.
public enum LogLevel: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
    case trace, debug, info, warn, error

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warn: 3
        case .error: 4
        }
    }
}
