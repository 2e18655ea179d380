internal import PIMCore

/// Elements of many sources, served in turn: one of each source, then the next one of each, in order per source. So who
/// queues thousands of them delays everybody else by one.
///
/// A value without bounds of its own; ``BatchQueue`` keeps them.
struct TurnQueue<Element> {
    /// What one source has queued; elements before `next` were served.
    private struct Lane {
        var elements: [Element?]
        var next = 0

        var isEmpty: Bool { next == elements.count }

        mutating func takeOldest() -> Element? {
            guard next < elements.count else { return nil }
            let element = elements[next].take()
            next += 1
            // The room of what was served is given back once it is the larger part.
            if next >= 64, next * 2 >= elements.count {
                elements.removeFirst(next)
                next = 0
            }
            return element
        }
    }

    /// Elements without a source share a lane.
    private var lanes: [NodeID?: Lane] = [:]
    /// The sources that have something queued, in the order of their turns.
    private var round: [NodeID?] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element, of source: NodeID?) {
        count += 1
        if lanes[source]?.elements.append(element) == nil {
            lanes[source] = Lane(elements: [element])
            round.append(source)
        }
    }

    /// The next elements, at most `limit`.
    mutating func take(_ limit: Int) -> [Element] {
        var taken: [Element] = []
        taken.reserveCapacity(min(limit, count))
        var turns = 0
        while taken.count < limit, turns < round.count {
            let source = round[turns]
            turns += 1
            guard let element = lanes[source]?.takeOldest() else { continue }
            taken.append(element)
            if lanes[source]?.isEmpty == true { lanes[source] = nil } else { round.append(source) }
        }
        round.removeFirst(turns)
        count -= taken.count
        return taken
    }
}
