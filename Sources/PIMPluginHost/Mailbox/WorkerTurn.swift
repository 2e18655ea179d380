internal import PIMCore

/// How long a worker goes on before it lets others on its thread.
///
/// The concurrency pool has few threads. A plugin that always has something to do must not keep the others from them,
/// and giving way after every payload costs more than many handlers do.
struct WorkerTurn {
    static let length = Duration.milliseconds(1)
    /// For clocks that stand still.
    static let payloads = 4_096

    private let began: MonotonicTime
    private var handled = 0

    init(now: MonotonicTime) {
        began = now
    }

    mutating func isOver(after payloads: Int, now: MonotonicTime) -> Bool {
        handled += payloads
        return handled >= Self.payloads || began.duration(to: now) >= Self.length
    }
}
