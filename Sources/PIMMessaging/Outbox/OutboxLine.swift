internal import PIMCore
internal import PIMRPC

/// The messages for one peer.
struct OutboxLine: Sendable {
    /// Counts what was heard of the way to the peer, so that an attempt that was under way meanwhile is judged by it.
    struct News: Sendable, Hashable {
        /// Frames on their way may have been lost: what was being sent must go again.
        var losses = 0
        /// A way may have appeared: a failure before that means nothing.
        var openings = 0
    }

    /// Ready to leave, oldest first.
    private(set) var waiting: [(sequence: UInt64, id: MessageID)] = []
    /// Every message of the peer, at whatever stage.
    var members: Set<MessageID> = []
    var news = News()
    /// How many are being sent or in flight.
    var active = 0
    /// When the line is next searched for messages that later ones have overtaken.
    var gapSearchAt: MonotonicTime = .zero
    /// When the line may be tried; `nil` while nothing is known of a way to the peer.
    var readyAt: MonotonicTime? = .zero
    /// Whether the last attempt met a full link queue.
    var isCongested = false

    /// Whether a message must wait for others before it.
    var isBacklogged: Bool { !waiting.isEmpty || active >= ResendPolicy.window }

    /// Puts a message back where its age belongs.
    mutating func insert(_ id: MessageID, sequence: UInt64) {
        waiting.insert((sequence, id), at: position(of: sequence))
    }

    mutating func remove(sequence: UInt64) {
        let position = position(of: sequence)
        guard position < waiting.count, waiting[position].sequence == sequence else { return }
        waiting.remove(at: position)
    }

    /// Takes the oldest ones out.
    mutating func take(_ limit: Int) -> [MessageID] {
        let taken = waiting.prefix(limit).map(\.id)
        waiting.removeFirst(taken.count)
        return taken
    }

    /// The index of the first message that is not older.
    private func position(of sequence: UInt64) -> Int {
        // Nearly always the newest.
        guard let last = waiting.last, last.sequence >= sequence else { return waiting.count }
        var low = 0
        var high = waiting.count
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
