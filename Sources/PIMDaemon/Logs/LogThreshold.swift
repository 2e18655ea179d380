internal import Logging
internal import Synchronization

/// The level from which on lines of one source are recorded. Read at every log statement, without a lock; changed by
/// ``LogStream/apply(_:)``.
final class LogThreshold: Sendable {
    private let rank: Atomic<Int>

    init(_ level: Logger.Level) {
        rank = Atomic(level.rank)
    }

    var level: Logger.Level {
        get {
            let rank = rank.load(ordering: .relaxed)
            return Logger.Level.allCases.indices.contains(rank) ? Logger.Level.allCases[rank] : .critical
        }
        set { rank.store(newValue.rank, ordering: .relaxed) }
    }
}

extension Logger.Level {
    /// Its place among all, the least important first.
    fileprivate var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
