import PIMCore

/// The memory of what peers did wrong, by proven NodeID: it outlives their links and fades with time
/// (`spec/daemon.md` §28.28). At the limit a node is excluded for a while.
struct Reputation: Sendable {
    /// Weight at which a node is excluded.
    static let limit = 64.0
    /// Weight forgiven per second.
    static let forgiveness = 1.0
    static let exclusion = Duration.seconds(60)
    /// Nodes remembered. When full, the one with the lightest record is forgotten.
    static let capacity = 1024

    private struct Record: Sendable {
        var weight: Double
        var updated: MonotonicTime
    }

    private var records: [NodeID: Record] = [:]
    /// Nodes with an exclusion that has not been lifted yet.
    private(set) var excluded: [NodeID: MonotonicTime] = [:]

    /// Adds to a node's record; `true` when this excluded it.
    mutating func add(_ misdeed: Misdeed, of node: NodeID, at time: MonotonicTime) -> Bool {
        var record = records[node] ?? Record(weight: 0, updated: time)
        record.weight = Self.faded(record, at: time) + misdeed.weight
        record.updated = time
        if record.weight >= Self.limit {
            records[node] = nil
            if excluded.count >= Self.capacity, let first = excluded.min(by: { $0.value < $1.value }) {
                excluded[first.key] = nil
            }
            excluded[node] = time.advanced(by: Self.exclusion)
            return true
        }
        if records[node] == nil, records.count >= Self.capacity { forgetLightest(at: time) }
        records[node] = record
        return false
    }

    var recordCount: Int { records.count }

    func isExcluded(_ node: NodeID) -> Bool { excluded[node] != nil }

    /// Lifts the exclusions that are over.
    mutating func liftExclusions(at time: MonotonicTime) {
        excluded = excluded.filter { $0.value > time }
    }

    var nextDeadline: MonotonicTime? { excluded.values.min() }

    private static func faded(_ record: Record, at time: MonotonicTime) -> Double {
        let seconds = Double(record.updated.duration(to: time).wholeMilliseconds) / 1000
        return max(0, record.weight - max(0, seconds) * forgiveness)
    }

    private mutating func forgetLightest(at time: MonotonicTime) {
        let lightest = records.min { left, right in
            let (a, b) = (Self.faded(left.value, at: time), Self.faded(right.value, at: time))
            return a == b ? left.key < right.key : a < b
        }
        if let lightest { records[lightest.key] = nil }
    }
}
