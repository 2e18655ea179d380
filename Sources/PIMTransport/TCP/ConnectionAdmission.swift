import PIMCore

/// Bounds the accepted connections that have not authenticated themselves, in all and for each address
/// (`spec/transport.md` §12.2).
struct ConnectionAdmission {
    enum Decision: Equatable {
        case admit
        /// There is room once this one, the oldest of the most crowded address, is closed.
        case admitInsteadOf(LinkID)
        case refuse
    }

    private let limit: Int
    private let limitPerAddress: Int
    private var strangers: [LinkID: AddressGroup] = [:]
    private var counts: [AddressGroup: Int] = [:]

    init(limit: Int, limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    /// Connections counted at present.
    var count: Int { strangers.count }

    /// Decides about a new connection and counts it, unless it is refused. Identifiers grow with time.
    mutating func admit(_ link: LinkID, from group: AddressGroup) -> Decision {
        guard counts[group, default: 0] < limitPerAddress, limit > 0 else { return .refuse }
        var decision = Decision.admit
        if strangers.count >= limit, let victim = oldestOfTheMostCrowded() {
            release(victim)
            decision = .admitInsteadOf(victim)
        }
        strangers[link] = group
        counts[group, default: 0] += 1
        return decision
    }

    /// The connection is authenticated or gone. Harmless for one that is not counted.
    mutating func release(_ link: LinkID) {
        guard let group = strangers.removeValue(forKey: link), let count = counts[group] else { return }
        counts[group] = count > 1 ? count - 1 : nil
    }

    private func oldestOfTheMostCrowded() -> LinkID? {
        strangers.max { left, right in
            let (crowd, otherCrowd) = (counts[left.value, default: 0], counts[right.value, default: 0])
            return crowd == otherCrowd ? left.key > right.key : crowd < otherCrowd
        }?.key
    }
}
