import PIMCore

/// The memory of what somebody did wrong: it outlives connections and fades with time (`spec/daemon.md` §28.28). At the
/// limit the subject is excluded for a while.
///
/// Subjects are what cannot be made up: NodeIDs that were proven, and addresses a TCP connection was completed from.
struct Reputation<Subject: Hashable & Comparable & Sendable>: Sendable {
    /// Weight at which a subject is excluded.
    let limit: Double
    /// Weight forgiven per second.
    let forgiveness: Double
    let exclusion: Duration
    /// Subjects remembered, and subjects excluded. When full, the one with the lightest record is forgotten, and the
    /// exclusion that would end first ends.
    let capacity: Int

    private struct Record: Sendable {
        var weight: Double
        var updated: MonotonicTime
    }

    private var records: [Subject: Record] = [:]
    /// Subjects with an exclusion that has not been lifted yet, and its end.
    private(set) var excluded: [Subject: MonotonicTime] = [:]

    init(limit: Double = 64, forgiveness: Double = 1, exclusion: Duration = .seconds(60), capacity: Int = 1024) {
        self.limit = limit
        self.forgiveness = forgiveness
        self.exclusion = exclusion
        self.capacity = capacity
    }

    /// What adding to a record led to.
    enum Verdict: Equatable {
        case noted
        /// Excluded from now on; in a full list, instead of another.
        case excluded(insteadOf: Subject?)
    }

    /// Adds to a subject's record.
    mutating func add(_ misdeed: Misdeed, of subject: Subject, at time: MonotonicTime) -> Verdict {
        var record = records[subject] ?? Record(weight: 0, updated: time)
        record.weight = faded(record, at: time) + misdeed.weight
        record.updated = time
        if record.weight >= limit {
            records[subject] = nil
            return exclude(subject, at: time)
        }
        if records[subject] == nil, records.count >= capacity { forgetLightest(at: time) }
        records[subject] = record
        return .noted
    }

    var recordCount: Int { records.count }

    func isExcluded(_ subject: Subject) -> Bool { excluded[subject] != nil }

    /// Lifts the exclusions that are over and returns whose.
    mutating func liftExclusions(at time: MonotonicTime) -> [Subject] {
        guard let next = nextDeadline, next <= time else { return [] }
        let over = excluded.filter { $0.value <= time }.keys.sorted()
        for subject in over { excluded[subject] = nil }
        return over
    }

    var nextDeadline: MonotonicTime? { excluded.values.min() }

    private mutating func exclude(_ subject: Subject, at time: MonotonicTime) -> Verdict {
        var victim: Subject?
        if excluded[subject] == nil, excluded.count >= capacity {
            victim = excluded.min { $0.value == $1.value ? $0.key < $1.key : $0.value < $1.value }?.key
            if let victim { excluded[victim] = nil }
        }
        excluded[subject] = time.advanced(by: exclusion)
        return .excluded(insteadOf: victim)
    }

    private func faded(_ record: Record, at time: MonotonicTime) -> Double {
        let seconds = Double(record.updated.duration(to: time).wholeMilliseconds) / 1000
        return max(0, record.weight - max(0, seconds) * forgiveness)
    }

    private mutating func forgetLightest(at time: MonotonicTime) {
        let lightest = records.min { left, right in
            let (a, b) = (faded(left.value, at: time), faded(right.value, at: time))
            return a == b ? left.key < right.key : a < b
        }
        if let lightest { records[lightest.key] = nil }
    }
}
