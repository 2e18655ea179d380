import PIMCore
import PIMCrypto
import PIMWire

/// Fairness among those who have proven nothing yet, and what becomes of those who misbehave.
extension ControlPlane {
    /// Finds a place for an accepted link; closes it, or another one, when there is none.
    mutating func admitStranger(
        _ id: LinkID, from address: AddressGroup, _ step: inout Step<some RandomNumberGenerator>
    ) -> Bool {
        switch strangers.admit(id, from: address, at: step.time) {
        case .admit: return true
        case .admitInsteadOf(let victim):
            count(.handshakeOverLimit, &step)
            close(victim, reason: .crowded, &step)
            return true
        case .refuse:
            count(.handshakeOverLimit, &step)
            step.emit(.close(id, reason: .crowded))
            blame(.crowding, on: address, &step)
            return false
        }
    }

    /// Answers handshakes that wait, as far as the budget goes.
    ///
    /// - Parameter limit: Public-key operations block the driver, so that only few are done in one step.
    mutating func serveHandshakes(_ limit: Int, _ step: inout Step<some RandomNumberGenerator>) {
        let list = addressReputation
        for _ in 0..<limit {
            guard let entry = handshakes.next(at: step.time, restricted: isRestricted(by: list)) else { return }
            answer(entry.hello, on: entry.link, &step)
        }
    }

    /// When the next waiting handshake is answered.
    var handshakeDeadline: MonotonicTime? {
        handshakes.nextDeadline(after: lastStep, restricted: isRestricted(by: addressReputation))
    }

    private func isRestricted(by list: Reputation<AddressGroup>) -> (AddressGroup) -> Bool {
        { !SafetyRule.restriction.permits(!list.isExcluded($0)) }
    }

    /// Writes a misdeed of a stranger into the record of the address it came from: a connection was completed from there,
    /// so nobody else can have caused it. A full record makes the address wait behind all others for a while; whoever
    /// proves himself from there is let in all the same, since several may share an address.
    mutating func blame(
        _ misdeed: Misdeed, on address: AddressGroup, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard !isShutDown, !addressReputation.isExcluded(address),
            case .excluded(let former) = addressReputation.add(misdeed, of: address, at: step.time)
        else { return }
        if let former { restrict(former, false, &step) }
        restrict(address, true, &step)
        count(.addressRestricted, &step)
        step.emit(.event(.restricted(address)))
    }

    /// Writes a misdeed of a link without a session into the record of its address. What this node dialled is its own
    /// choice.
    mutating func blameStranger(
        _ misdeed: Misdeed, on link: LinkState, _ step: inout Step<some RandomNumberGenerator>
    ) {
        guard link.session == nil, !link.isDialed else { return }
        blame(misdeed, on: link.address, &step)
    }

    /// Ends the exclusions and restrictions that are over.
    mutating func liftExclusions(_ step: inout Step<some RandomNumberGenerator>) {
        _ = reputation.liftExclusions(at: step.time)
        for address in addressReputation.liftExclusions(at: step.time) { restrict(address, false, &step) }
    }

    private mutating func restrict(
        _ address: AddressGroup, _ isRestricted: Bool, _ step: inout Step<some RandomNumberGenerator>
    ) {
        if isRestricted { strangers.restricted.insert(address) } else { strangers.restricted.remove(address) }
        step.emit(.restrict(address, isRestricted))
    }
}

extension Misdeed {
    init(_ misdeed: StrangerMisdeed) {
        switch misdeed {
        case .crowding: self = .crowding
        case .silence: self = .silence
        case .noise: self = .noise
        }
    }
}
