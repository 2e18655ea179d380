import PIMCore
import PIMCrypto
import PIMWire

/// An offer that waits for its answer. `design/extensions.md` §4.
struct Offer: Sendable {
    let ephemeral: Ephemeral
    /// The signed PeerInfo that carries it, as it is sent each time.
    let payload: [UInt8]
    let made: MonotonicTime
    private var timesSent = 0
    private var answersToCheck = SessionRules.answersPerOffer

    init(ephemeral: Ephemeral, payload: [UInt8], made: MonotonicTime) {
        self.ephemeral = ephemeral
        self.payload = payload
        self.made = made
    }

    var expiry: MonotonicTime { made.advanced(by: SessionRules.offerLifetime) }

    /// When it is sent next, or given up.
    var nextDeadline: MonotonicTime {
        guard timesSent < SessionRules.offerTimes.count else { return expiry }
        return made.advanced(by: SessionRules.offerTimes[timesSent])
    }

    /// Whether it is to be sent now.
    mutating func takeTurn(at time: MonotonicTime) -> Bool {
        guard timesSent < SessionRules.offerTimes.count, nextDeadline <= time else { return false }
        // After a pause the turns that were missed are not made up for.
        while timesSent < SessionRules.offerTimes.count, nextDeadline <= time { timesSent += 1 }
        return true
    }

    /// Whether the signature of one more answer may be checked.
    mutating func takeAnswer() -> Bool {
        guard answersToCheck > 0 else { return false }
        answersToCheck -= 1
        return true
    }
}
