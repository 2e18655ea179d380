internal import PIMCore

/// A message the outbox is responsible for.
struct OutboxEntry: Sendable {
    enum Stage: Sendable, Hashable {
        /// Being stored; nothing may leave before that.
        case storing
        /// In its peer's line.
        case waiting
        /// In the hands of whoever sends it. `since` is what was known of the way to the peer when it was taken.
        case sending(since: OutboxLine.News)
        /// Left; sent again at `due` unless a receipt comes.
        case inFlight(due: MonotonicTime)

        /// Whether it takes a place in the window.
        var isActive: Bool {
            switch self {
            case .storing, .waiting: false
            case .sending, .inFlight: true
            }
        }
    }

    let peer: NodeID
    /// Bytes of text.
    let size: Int
    /// Rises with every message: the order in which a line leaves.
    let sequence: UInt64
    let expires: MonotonicTime
    var stage: Stage
    /// How often it left in this run of the daemon.
    var attempts = 0
    var lastAttempt: MonotonicTime?
    /// Whether its status is known to be at least `sent`.
    var wasSent: Bool

    /// When a receipt is overdue if there is a sign that something was lost: five seconds after the first attempt,
    /// twice as long after each further one.
    var patienceEnds: MonotonicTime? {
        lastAttempt?.advanced(by: ResendPolicy.patience * (1 << min(max(attempts, 1) - 1, 8)))
    }
}
