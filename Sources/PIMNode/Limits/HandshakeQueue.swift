import PIMCore
import PIMWire

/// The handshakes of strangers that wait for their signature to be checked. So many are served a second, and the next one
/// is always from the address that was served longest ago: however many Inits the others send, a newcomer waits for one
/// turn of each address at most (`spec/crypto.md` §12.9).
///
/// Holds one Init for each link, so it is bounded by the number of strangers.
struct HandshakeQueue: Sendable {
    /// Addresses whose last turn is remembered. When full, the one that had it longest ago is forgotten, which makes it
    /// no better than a newcomer.
    static let capacity = 1024
    /// Handshakes a second for all restricted addresses together. They wait for all others besides.
    static let restrictedPerSecond = 8.0

    struct Entry: Sendable {
        var link: LinkID
        var hello: HandshakeHello
        var address: AddressGroup
        fileprivate var arrival: UInt64
    }

    private var budget: TokenBucket
    private var restrictedBudget: TokenBucket
    /// In order of arrival.
    private var waiting: [Entry] = []
    private var served: [AddressGroup: UInt64] = [:]
    private var arrivals: UInt64 = 0
    private var turns: UInt64 = 0

    /// - Parameter perSecond: without a burst worth the name: on a machine that is too slow for the rate, most of the time has
    ///   to be left for accepting connections, or newcomers never get as far as this queue.
    init(perSecond: Double, at time: MonotonicTime) {
        budget = TokenBucket(capacity: max(1, perSecond / 50), refillPerSecond: perSecond, at: time)
        let slow = min(perSecond, Self.restrictedPerSecond)
        restrictedBudget = TokenBucket(capacity: max(1, slow / 4), refillPerSecond: slow, at: time)
    }

    var count: Int { waiting.count }
    var addressCount: Int { served.count }

    mutating func append(_ hello: HandshakeHello, on link: LinkID, from address: AddressGroup) {
        arrivals += 1
        waiting.append(Entry(link: link, hello: hello, address: address, arrival: arrivals))
    }

    mutating func remove(_ link: LinkID) {
        waiting.removeAll { $0.link == link }
    }

    /// The handshake whose turn it is, if there is a budget for it now.
    mutating func next(at time: MonotonicTime, restricted: (AddressGroup) -> Bool) -> Entry? {
        guard let index = nextIndex(restricted: restricted) else { return nil }
        let isRestricted = restricted(waiting[index].address)
        if isRestricted {
            guard restrictedBudget.nextAvailable(after: time) <= time else { return nil }
        }
        guard budget.take(at: time) else { return nil }
        if isRestricted { _ = restrictedBudget.take(at: time) }
        let entry = waiting.remove(at: index)
        noteTurn(of: entry.address)
        return entry
    }

    /// When `next` will have something; `nil` when nothing waits.
    func nextDeadline(after time: MonotonicTime, restricted: (AddressGroup) -> Bool) -> MonotonicTime? {
        guard let index = nextIndex(restricted: restricted) else { return nil }
        let available = budget.nextAvailable(after: time)
        guard restricted(waiting[index].address) else { return available }
        return max(available, restrictedBudget.nextAvailable(after: time))
    }

    private func nextIndex(restricted: (AddressGroup) -> Bool) -> Int? {
        guard SafetyRule.handshakeTurns.permits(false) else {
            return waiting.indices.min { rank(waiting[$0], restricted) < rank(waiting[$1], restricted) }
        }
        return waiting.indices.first
    }

    private func rank(_ entry: Entry, _ restricted: (AddressGroup) -> Bool) -> (Int, UInt64, UInt64) {
        (restricted(entry.address) ? 1 : 0, served[entry.address] ?? 0, entry.arrival)
    }

    private mutating func noteTurn(of address: AddressGroup) {
        turns += 1
        if served[address] == nil, served.count >= Self.capacity,
            let oldest = served.min(by: { $0.value < $1.value })
        {
            served[oldest.key] = nil
        }
        served[address] = turns
    }
}
