import PIMCore
import PIMWire

extension RouteTable {
    /// Takes a neighbour's update, whose signature the caller has checked (`spec/routing.md` §5).
    mutating func receive(
        _ update: RouteUpdate, from node: NodeID, at time: MonotonicTime
    ) throws(UpdateRefusal) -> RouteChanges {
        guard let neighbour = neighbours[node] else { throw .notANeighbour }
        guard SafetyRule.routeOrigin.permits(update.origin == node) else { throw .foreignOrigin }
        guard SafetyRule.routeSequence.permits(update.sequence > neighbour.sequence) else { throw .stale }
        let isLie = update.entries.contains { $0.hops == 0 && $0.destination != node }
        guard SafetyRule.routeDistance.permits(!isLie) else { throw .distanceLie }

        var offers: [NodeID: RouteOffer] = [:]
        offers.reserveCapacity(update.entries.count)
        var isGateway = false
        for entry in update.entries
        where SafetyRule.ownRoute.permits(entry.destination != own) && !isBarred(entry.destination) {
            if entry.destination == node {
                // The session proves the distance of the neighbour itself; its entry only carries the gateway bit.
                isGateway = entry.isGateway
            } else if !SafetyRule.routeReach.permits(entry.hops < rules.maximumHops) {
                offers[entry.destination] = nil
            } else {
                let offer = RouteOffer(hops: entry.hops + 1, isGateway: entry.isGateway)
                if let first = offers[entry.destination], first.hops <= offer.hops { continue }
                offers[entry.destination] = offer
            }
        }
        return replaceOffers(of: node, with: offers, isGateway: isGateway, sequence: update.sequence, at: time)
    }
}
