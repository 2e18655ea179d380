import PIMCore

/// All links, and when the first of their timers runs out: strangers open and close links as fast as they can, and nothing
/// about one of them may cost a look at all the others.
struct LinkTable: Sendable {
    private var links: [LinkID: LinkState] = [:]
    /// Kept apart from the links, which are large.
    private var deadlines = DeadlineIndex<LinkID>()
    private let timing: ControlTiming

    init(timing: ControlTiming) {
        self.timing = timing
    }

    subscript(id: LinkID) -> LinkState? {
        get { links[id] }
        _modify {
            yield &links[id]
            deadlines.note(links[id]?.nextDeadline(timing), of: id)
        }
    }

    var count: Int { links.count }
    var keys: Dictionary<LinkID, LinkState>.Keys { links.keys }
    var values: Dictionary<LinkID, LinkState>.Values { links.values }

    mutating func removeValue(forKey id: LinkID) -> LinkState? {
        deadlines.note(nil, of: id)
        return links.removeValue(forKey: id)
    }

    /// When the first timer of any link runs out.
    var nextDeadline: MonotonicTime? { deadlines.next }

    /// The links whose timers have run out, in order.
    func due(at time: MonotonicTime) -> [LinkID] { deadlines.due(at: time) }

    /// Looks for the first timer, if it may be another one than before.
    mutating func settle() { deadlines.settle() }
}
