import PIMCore

/// All links, and when the first of their timers runs out: strangers open and close links as fast as they can, and nothing
/// about one of them may cost a look at all the others.
struct LinkTable: Sendable {
    private var links: [LinkID: LinkState] = [:]
    /// Kept apart from the links, which are large.
    private var deadlines: [LinkID: MonotonicTime] = [:]
    private var earliest: MonotonicTime?
    /// Whether `earliest` may have passed to another link.
    private var isStale = false
    private let timing: ControlTiming

    init(timing: ControlTiming) {
        self.timing = timing
    }

    subscript(id: LinkID) -> LinkState? {
        get { links[id] }
        _modify {
            yield &links[id]
            note(links[id]?.nextDeadline(timing), of: id)
        }
    }

    var count: Int { links.count }
    var keys: Dictionary<LinkID, LinkState>.Keys { links.keys }
    var values: Dictionary<LinkID, LinkState>.Values { links.values }

    mutating func removeValue(forKey id: LinkID) -> LinkState? {
        note(nil, of: id)
        return links.removeValue(forKey: id)
    }

    /// When the first timer of any link runs out.
    var nextDeadline: MonotonicTime? { isStale ? deadlines.values.min() : earliest }

    /// The links whose timers have run out, in order.
    func due(at time: MonotonicTime) -> [LinkID] {
        guard let nextDeadline, nextDeadline <= time else { return [] }
        return deadlines.filter { $0.value <= time }.keys.sorted()
    }

    /// Looks for the first timer, if it may be another one than before.
    mutating func settle() {
        guard isStale else { return }
        earliest = deadlines.values.min()
        isStale = false
    }

    private mutating func note(_ deadline: MonotonicTime?, of id: LinkID) {
        let former = deadlines[id]
        guard former != deadline else { return }
        deadlines[id] = deadline
        if let deadline, !isStale, earliest.map({ deadline <= $0 }) ?? true {
            earliest = deadline
        } else if former == earliest {
            isStale = true
        }
    }
}
