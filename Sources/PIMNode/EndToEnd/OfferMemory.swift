import DequeModule

/// The keys of offers that were answered: each is answered anew only once (`design/extensions.md` §4).
struct OfferMemory: Sendable {
    private var order: Deque<[UInt8]> = []
    private var known: Set<[UInt8]> = []

    func contains(_ offer: [UInt8]) -> Bool { known.contains(offer) }

    mutating func note(_ offer: [UInt8]) {
        guard known.insert(offer).inserted else { return }
        order.append(offer)
        if order.count > SessionRules.offersRemembered, let oldest = order.popFirst() { known.remove(oldest) }
    }
}
