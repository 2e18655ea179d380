/// A clock that only moves from one scheduled piece of work to the next.
final class VirtualTime {
    private var queue: [(at: Duration, order: Int, work: () -> Void)] = []
    private var scheduled = 0
    private(set) var now = Duration.zero

    func schedule(_ delay: Duration, _ work: @escaping () -> Void) {
        scheduled += 1
        queue.append((now + delay, scheduled, work))
    }

    /// Runs the next piece of work that is due by `limit`; `false` when there is none.
    func step(until limit: Duration) -> Bool {
        let next = queue.indices.min { (queue[$0].at, queue[$0].order) < (queue[$1].at, queue[$1].order) }
        guard let next, queue[next].at <= limit else { return false }
        let (time, _, work) = queue.remove(at: next)
        now = time
        work()
        return true
    }

    /// Runs everything that is due within `duration` from now.
    func advance(by duration: Duration) {
        let limit = now + duration
        while step(until: limit) {}
        now = limit
    }
}
