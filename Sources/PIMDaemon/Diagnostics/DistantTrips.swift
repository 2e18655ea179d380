internal import PIMCore

/// Round trips to nodes behind others, and who is to be asked next.
///
/// The mesh pings its neighbours by itself. Nodes behind others are asked only while somebody looks at them: the nearest
/// ``maximumNodes``, each at most once in ``interval``, ``maximumAtWork`` at a time. A pure value; asking is up to the owner.
struct DistantTrips: Sendable {
    static let maximumNodes = 64
    static let maximumAtWork = 8
    static let interval = Duration.seconds(30)

    private struct Entry {
        /// `nil` until there is an answer, and when the last question found none.
        var trip: Duration?
        var asked: MonotonicTime
        var isAtWork = true
    }

    private var entries: [NodeID: Entry] = [:]

    /// `nil` when it is not known.
    func trip(to node: NodeID) -> Duration? { entries[node]?.trip }

    /// All that are known of nodes somebody looked at lately.
    func known(at time: MonotonicTime) -> [NodeID: Duration] {
        entries.compactMapValues { $0.asked.duration(to: time) < Self.interval * 2 ? $0.trip : nil }
    }

    /// Somebody looks at these nodes, the nearest first.
    ///
    /// - Returns: Who is to be asked now; each has to be told of by ``note(_:to:)``.
    mutating func look(at nodes: [NodeID], at time: MonotonicTime) -> [NodeID] {
        let wanted = nodes.prefix(Self.maximumNodes)
        let kept = Set(wanted)
        // Who is not looked at any more starts afresh when he is.
        entries = entries.filter { $0.value.isAtWork || kept.contains($0.key) }
        let free = Self.maximumAtWork - entries.values.count(where: \.isAtWork)
        let due = wanted.filter { node in
            guard let entry = entries[node] else { return true }
            return !entry.isAtWork && entry.asked.duration(to: time) >= Self.interval
        }
        // Who was never asked goes first, then who was asked longest ago.
        let turn = due.sorted { (entries[$0]?.asked ?? .zero) < (entries[$1]?.asked ?? .zero) }.prefix(max(0, free))
        for node in turn { entries[node] = Entry(trip: entries[node]?.trip, asked: time) }
        return Array(turn)
    }

    /// What asking came to; `nil` without an answer.
    mutating func note(_ trip: Duration?, to node: NodeID) {
        entries[node]?.trip = trip
        entries[node]?.isAtWork = false
    }
}
