import PIMCore
import Synchronization

/// Decides which connections may come in, on the loop that accepts, and keeps what the loop of the links has to do about
/// it until that finds the time (`spec/transport.md` §12.2).
///
/// Both loops hold the lock for a few table look-ups only. What waits is bounded: an arrival has a place among the
/// strangers and leaves the queue when it loses that, an eviction ends a link that had one, and reports beyond
/// ``Errands/reportLimit`` are left out, as a flood that goes on is reported again.
final class Admission: Sendable {
    /// A connection that was let in.
    struct Arrival: Sendable {
        let link: LinkID
        let connection: DetachedConnection
    }

    /// What the loop of the links has to do.
    struct Errands: Sendable {
        static let reportLimit = 256

        /// In the order they came.
        var arrivals: [Arrival] = []
        /// Links that make room, none of them an arrival.
        var evicted: [LinkID] = []
        var evictions = 0
        var refusals = 0
        /// Addresses that crowded, one entry for each connection that was refused.
        var crowding: [AddressGroup] = []

        var isEmpty: Bool { arrivals.isEmpty && evictions == 0 && refusals == 0 }
    }

    enum Answer: Sendable {
        case admit(LinkID)
        case refuse
    }

    private struct State: Sendable {
        var strangers: StrangerTable
        var errands = Errands()
        var lastLink: UInt64 = 0
        var isClosed = false
        /// The loop of the links was asked to come and has not come yet.
        var isAwaited = false

        mutating func nextLink() -> LinkID {
            lastLink += 1
            return LinkID(rawValue: lastLink)
        }
    }

    private let state: Mutex<State>

    init(_ configuration: TCPConfiguration) {
        let table = StrangerTable(total: configuration.strangers, perAddress: configuration.strangersPerAddress)
        state = Mutex(State(strangers: table))
    }

    // MARK: From the loop that accepts

    /// Decides about a connection. Whoever is admitted arrives or gives his place back.
    func admit(from address: AddressGroup, at time: MonotonicTime) -> Answer {
        let (answer, evicted) = state.withLock { state -> (Answer, Arrival?) in
            guard !state.isClosed else { return (.refuse, nil) }
            let id = state.nextLink()
            switch state.strangers.admit(id, from: address, at: time) {
            case .admit:
                return (.admit(id), nil)
            case .admitInsteadOf(let victim):
                state.errands.evictions += 1
                if let index = state.errands.arrivals.firstIndex(where: { $0.link == victim }) {
                    return (.admit(id), state.errands.arrivals.remove(at: index))
                }
                state.errands.evicted.append(victim)
                return (.admit(id), nil)
            case .refuse:
                state.errands.refusals += 1
                // What comes from an address that is restricted already is not worth telling.
                if !state.strangers.restricted.contains(address), state.errands.crowding.count < Errands.reportLimit {
                    state.errands.crowding.append(address)
                }
                return (.refuse, nil)
            }
        }
        evicted?.connection.close()
        return answer
    }

    /// Queues an admitted connection for the loop of the links.
    func arrived(_ arrival: Arrival) {
        let isLate = state.withLock { state in
            if !state.isClosed { state.errands.arrivals.append(arrival) }
            return state.isClosed
        }
        if isLate { arrival.connection.close() }
    }

    /// Whether the loop of the links is to be asked to come: there is something to do, and it was not asked yet.
    func wantsAttention() -> Bool {
        state.withLock { state in
            guard !state.isClosed, !state.isAwaited, !state.errands.isEmpty else { return false }
            state.isAwaited = true
            return true
        }
    }

    // MARK: From the loop of the links

    /// Takes everything there is to do, but a bounded number of arrivals: links that stand want their turn too.
    ///
    /// - Returns: The work, and whether more of it is left, for which the loop has to come again.
    func takeErrands(arrivals limit: Int) -> (work: Errands, isMoreLeft: Bool) {
        state.withLock { state in
            var work = Errands()
            swap(&work, &state.errands)
            if work.arrivals.count > limit {
                state.errands.arrivals = Array(work.arrivals[limit...])
                work.arrivals.removeSubrange(limit...)
            }
            state.isAwaited = !state.errands.isEmpty
            return (work, state.isAwaited)
        }
    }

    func nextLink() -> LinkID { state.withLock { $0.nextLink() } }

    /// The connection has proven itself or is gone.
    ///
    /// - Returns: The address it was counted for, and whether that is restricted.
    @discardableResult
    func remove(_ link: LinkID) -> (address: AddressGroup, isRestricted: Bool)? {
        state.withLock { state in
            guard let address = state.strangers.remove(link) else { return nil }
            return (address, state.strangers.restricted.contains(address))
        }
    }

    /// Strangers at this address get fewer places from now on, or as many as others again.
    func restrict(_ address: AddressGroup, _ isRestricted: Bool) {
        state.withLock { state in
            if isRestricted {
                state.strangers.restricted.insert(address)
            } else {
                state.strangers.restricted.remove(address)
            }
        }
    }

    /// Lets nobody in any more, and closes what waits.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.errands = Errands() }
            return state.errands.arrivals
        }
        for arrival in waiting { arrival.connection.close() }
    }
}
