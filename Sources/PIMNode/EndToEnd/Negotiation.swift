import PIMCore

/// How far this node has come with another one it wants to send payloads to.
struct Negotiation: Sendable {
    var offer: Offer?
    /// Offers that were given up, since the last sign that another one may help.
    var failures = 0
    /// The next offer is not made before.
    var nextOffer: MonotonicTime?
    /// When something last waited to be sent.
    var wanted: MonotonicTime?
    /// When the node's silence makes it a reference node.
    var decideBy: MonotonicTime?
    /// Whether the node was taken for a reference node.
    var isReference = false
    /// What the data plane was told last.
    var announced = PayloadCarriage.awaitingSession

    /// Whether an offer is to be made now: something waits, none is outstanding, and it is not too soon.
    func isOfferDue(at time: MonotonicTime) -> Bool {
        guard offer == nil, let wanted, wanted.advanced(by: SessionRules.patience) > time else { return false }
        return nextOffer.map { $0 <= time } ?? true
    }

    var nextDeadline: MonotonicTime? {
        if let offer { return .earliest(offer.nextDeadline, decideBy) }
        guard let wanted, let nextOffer, nextOffer < wanted.advanced(by: SessionRules.patience) else { return decideBy }
        return .earliest(nextOffer, decideBy)
    }

    /// A wish that brought no offer when one was possible is over: nothing would ever attend to it.
    mutating func dropStaleWish(at time: MonotonicTime) {
        if offer == nil, let nextOffer, nextOffer <= time { wanted = nil }
    }

    /// The outstanding offer came to nothing.
    mutating func giveUp(at time: MonotonicTime, isPinned: Bool) {
        offer = nil
        failures += 1
        nextOffer = time.advanced(by: isPinned ? SessionRules.pinnedRetry : Self.retry(afterFailures: failures))
    }

    /// A sign that the node has sessions: the next offer need not wait.
    mutating func invite() {
        failures = 0
        nextOffer = nil
    }

    private static func retry(afterFailures failures: Int) -> Duration {
        Backoff(first: SessionRules.firstRetry, ceiling: SessionRules.longestRetry).delay(afterFailures: failures)
    }
}
