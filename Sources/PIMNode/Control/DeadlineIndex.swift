import PIMCore

/// When the first of many timers runs out, without a look at all of them whenever one is set.
struct DeadlineIndex<Key: Hashable & Comparable & Sendable>: Sendable {
    private var deadlines: [Key: MonotonicTime] = [:]
    private var earliest: MonotonicTime?
    /// Whether `earliest` may have passed to another key.
    private var isStale = false

    /// The first deadline of any key.
    var next: MonotonicTime? { isStale ? deadlines.values.min() : earliest }

    /// The keys whose deadlines have passed, in order.
    func due(at time: MonotonicTime) -> [Key] {
        guard let next, next <= time else { return [] }
        return deadlines.filter { $0.value <= time }.keys.sorted()
    }

    /// Looks for the first deadline, if it may be another one than before.
    mutating func settle() {
        guard isStale else { return }
        earliest = deadlines.values.min()
        isStale = false
    }

    mutating func note(_ deadline: MonotonicTime?, of key: Key) {
        let former = deadlines[key]
        guard former != deadline else { return }
        deadlines[key] = deadline
        if let deadline, !isStale, earliest.map({ deadline <= $0 }) ?? true {
            earliest = deadline
        } else if former == earliest {
            isStale = true
        }
    }
}
