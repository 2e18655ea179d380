/// The connections whose other end has not proven who it is: bounded in all and for each address, so that no address
/// keeps others out (`spec/transport.md` §12.2).
///
/// Who needs a place gets the one of the oldest stranger of the most crowded address: an honest handshake takes a few
/// round trips, a half-open connection sits there for its whole deadline. An address that is at its own bound, or is
/// itself the most crowded one of a full table, makes room at its own expense, and only now and then: the rest of what it
/// opens is refused, which costs next to nothing.
package struct StrangerTable: Sendable {
    package enum Decision: Equatable, Sendable {
        case admit
        /// There is room once this one is closed.
        case admitInsteadOf(LinkID)
        case refuse
    }

    /// How often an address may replace a stranger of its own.
    package static let turnover = Duration.milliseconds(100)
    /// The same for a restricted address.
    package static let restrictedTurnover = Duration.milliseconds(500)

    private struct Group: Sendable {
        var address: AddressGroup
        /// In the order they came, at most `perAddress`.
        var links: [LinkID]
        var replaced: MonotonicTime?
    }

    private let total: Int
    private let perAddress: Int
    private let perRestrictedAddress: Int
    private var groups: [Group] = []
    /// Where an address is found in `groups`.
    private var position: [AddressGroup: Int] = [:]
    private var address: [LinkID: AddressGroup] = [:]
    /// Addresses that get fewer places, for what came from them.
    package var restricted: Set<AddressGroup> = []

    /// - Parameter perRestrictedAddress: Places of an address in `restricted`.
    package init(total: Int, perAddress: Int, perRestrictedAddress: Int = 4) {
        self.total = total
        self.perAddress = perAddress
        self.perRestrictedAddress = min(perAddress, perRestrictedAddress)
    }

    package var count: Int { address.count }

    package func count(of group: AddressGroup) -> Int { position[group].map { groups[$0].links.count } ?? 0 }

    /// Decides about a new connection and counts it, unless it is refused.
    package mutating func admit(_ link: LinkID, from group: AddressGroup, at time: MonotonicTime) -> Decision {
        guard total > 0, perAddress > 0 else { return .refuse }
        let own = count(of: group)
        let limit = restricted.contains(group) ? perRestrictedAddress : perAddress
        if own >= limit { return replace(with: link, in: group, at: time) }
        var decision = Decision.admit
        if address.count >= total, let crowded = mostCrowded() {
            let isOwnFault = own > 0 && own >= groups[crowded].links.count
            if isOwnFault || SafetyRule.strangerCrowding.permits(false) {
                return replace(with: link, in: group, at: time)
            }
            guard let victim = groups[crowded].links.first else { return .refuse }
            remove(victim)
            decision = .admitInsteadOf(victim)
        }
        insert(link, in: group)
        return decision
    }

    /// The connection has proven itself or is gone. Harmless for one that is not counted.
    ///
    /// - Returns: The address it was counted for.
    @discardableResult
    package mutating func remove(_ link: LinkID) -> AddressGroup? {
        guard let group = address.removeValue(forKey: link), let index = position[group] else { return nil }
        groups[index].links.removeAll { $0 == link }
        guard groups[index].links.isEmpty else { return group }
        position[group] = nil
        let last = groups.removeLast()
        guard index < groups.count else { return group }
        groups[index] = last
        position[last.address] = index
        return group
    }

    private mutating func replace(
        with link: LinkID, in group: AddressGroup, at time: MonotonicTime
    ) -> Decision {
        guard let index = position[group], let victim = groups[index].links.first else { return .refuse }
        let turnover = restricted.contains(group) ? Self.restrictedTurnover : Self.turnover
        if let last = groups[index].replaced, last.duration(to: time) < turnover { return .refuse }
        groups[index].replaced = time
        groups[index].links.removeFirst()
        groups[index].links.append(link)
        address[victim] = nil
        address[link] = group
        return .admitInsteadOf(victim)
    }

    private mutating func insert(_ link: LinkID, in group: AddressGroup) {
        address[link] = group
        if let index = position[group] {
            groups[index].links.append(link)
        } else {
            position[group] = groups.count
            groups.append(Group(address: group, links: [link]))
        }
    }

    /// The address with the most strangers; among equals the one that has waited longest.
    private func mostCrowded() -> Int? {
        var best: Int?
        var most = 0
        for index in groups.indices {
            let size = groups[index].links.count
            if size > most || size == most && best.map({ isOlder(index, than: $0) }) ?? false {
                best = index
                most = size
            }
        }
        return best
    }

    private func isOlder(_ left: Int, than right: Int) -> Bool {
        guard let first = groups[left].links.first, let second = groups[right].links.first else { return false }
        return first < second
    }
}
