import DequeModule
import PIMCore

/// The routing table: every neighbour's offers, the best of them per destination, and the memory that keeps a lost
/// route from coming back as its own echo.
///
/// A plain distance vector counts to infinity in loops of three and more nodes. Here an offer is taken only if it is
/// *feasible*: nearer than this node ever was since it last lost the destination, or from a neighbour linked to the
/// destination itself, or from the next hop in use. A destination without a feasible offer is lost: it is held down for
/// a moment, which the news takes to cross the mesh, and then any offer will do (`spec/routing.md` §16.2 to §16.4).
struct RouteTable: Sendable {
    let own: NodeID
    let rules: RoutingRules
    private(set) var neighbours: [NodeID: Neighbour] = [:]
    private(set) var routes: [NodeID: Route] = [:]
    /// Destinations no route leads to, whatever neighbours offer.
    private var barred: Set<NodeID>

    /// A destination that was lost: its feasible distance, and when it is forgotten.
    private struct Loss: Sendable {
        var feasibleDistance: UInt8
        var ends: MonotonicTime
    }

    private var losses: [NodeID: Loss] = [:]
    /// Ends of hold-downs and relaxations. All last equally long, so the queue is in order of time; an entry that no
    /// longer applies is recognised when it is due.
    private var timers: Deque<(due: MonotonicTime, destination: NodeID)> = []

    init(own: NodeID, rules: RoutingRules, barred: Set<NodeID> = []) {
        self.own = own
        self.rules = rules
        self.barred = barred
    }

    // MARK: Barred destinations

    /// Takes no offer for the destination any more. A link to it is for the caller to end.
    mutating func bar(_ destination: NodeID, at time: MonotonicTime) -> RouteChanges {
        barred.insert(destination)
        for node in neighbours.keys { neighbours[node]?.offers[destination] = nil }
        return select([destination], at: time)
    }

    /// Takes offers for the destination again, from every neighbour's next update on.
    mutating func unbar(_ destination: NodeID) { barred.remove(destination) }

    func isBarred(_ destination: NodeID) -> Bool { barred.contains(destination) }

    // MARK: Sessions

    /// A session with `node` stands: it is one hop away. Its sequence memory starts anew (`spec/routing.md` §16.11);
    /// what it offered on a link this session replaces stays until its next update.
    mutating func neighbourUp(_ node: NodeID, at time: MonotonicTime) -> RouteChanges {
        var neighbour = neighbours[node] ?? Neighbour(refreshed: time)
        neighbour.sequence = 0
        neighbour.refreshed = time
        neighbours[node] = neighbour
        return select([node], at: time)
    }

    mutating func neighbourDown(_ node: NodeID, at time: MonotonicTime) -> RouteChanges {
        guard let neighbour = neighbours.removeValue(forKey: node) else { return RouteChanges() }
        return select(neighbour.offers.keys + [node], at: time)
    }

    /// The first update on a link is the newest, whatever its number.
    mutating func restartSequence(of node: NodeID) {
        neighbours[node]?.sequence = 0
    }

    /// The load a gateway states in its heartbeat.
    mutating func setLoad(_ load: UInt8, of node: NodeID) {
        neighbours[node]?.load = load
    }

    // MARK: Updates

    /// Replaces a neighbour's offers. The caller has checked the signature.
    mutating func replaceOffers(
        of node: NodeID, with offers: [NodeID: RouteOffer], isGateway: Bool, sequence: UInt64, at time: MonotonicTime
    ) -> RouteChanges {
        guard var neighbour = neighbours[node] else { return RouteChanges() }
        var affected = offers.filter { neighbour.offers[$0.key] != $0.value }.map(\.key)
        affected += neighbour.offers.keys.filter { offers[$0] == nil }
        if neighbour.isGateway != isGateway { affected.append(node) }
        neighbour.offers = offers
        neighbour.isGateway = isGateway
        neighbour.sequence = sequence
        neighbour.refreshed = time
        neighbours[node] = neighbour
        return select(affected, at: time)
    }

    /// Destinations that lost their way and are in hold-down.
    var lostCount: Int { losses.count }

    // MARK: Time

    /// Ends hold-downs and drops the offers of neighbours that stopped advertising.
    mutating func advance(to time: MonotonicTime) -> RouteChanges {
        var changes = RouteChanges()
        for node in neighbours.keys.sorted() {
            guard let neighbour = neighbours[node], !neighbour.offers.isEmpty,
                neighbour.refreshed.advanced(by: rules.expiry) <= time
            else { continue }
            neighbours[node]?.offers = [:]
            changes.formUnion(select(Array(neighbour.offers.keys), at: time))
        }
        while let timer = timers.first, timer.due <= time {
            timers.removeFirst()
            if losses[timer.destination]?.ends == timer.due {
                losses[timer.destination] = nil
                changes.formUnion(select([timer.destination], at: time))
            } else if let route = routes[timer.destination], route.relaxes == timer.due {
                routes[timer.destination]?.feasibleDistance = route.hops
                routes[timer.destination]?.relaxes = nil
                changes.formUnion(select([timer.destination], at: time))
            }
        }
        return changes
    }

    var nextDeadline: MonotonicTime? {
        let expiry = neighbours.values.lazy.filter { !$0.offers.isEmpty }.map {
            $0.refreshed.advanced(by: rules.expiry)
        }
        return .earliest(timers.first?.due, expiry.min())
    }

    // MARK: Selection

    /// Selects anew for each of the destinations, in the order of NodeIDs so that equal histories give equal tables.
    private mutating func select(_ destinations: [NodeID], at time: MonotonicTime) -> RouteChanges {
        var changes = RouteChanges()
        for destination in destinations.sorted() { select(destination, at: time, changes: &changes) }
        return changes
    }

    private mutating func select(_ destination: NodeID, at time: MonotonicTime, changes: inout RouteChanges) {
        let current = routes[destination]
        let known = current?.feasibleDistance ?? losses[destination]?.feasibleDistance ?? .max
        guard let (nextHop, offer) = bestOffer(for: destination, feasibleDistance: known, current: current) else {
            guard let current else { return }
            routes[destination] = nil
            let ends = time.advanced(by: rules.holdDown)
            losses[destination] = Loss(feasibleDistance: current.feasibleDistance, ends: ends)
            timers.append((due: ends, destination: destination))
            changes.removed.append(destination)
            changes.isSignificant = true
            return
        }
        losses[destination] = nil
        if let current, current.nextHop == nextHop, current.hops == offer.hops {
            guard current.isGateway != offer.isGateway else { return }
            routes[destination]?.isGateway = offer.isGateway
            changes.isSignificant = true
            return
        }
        var route = Route(
            nextHop: nextHop, hops: offer.hops, isGateway: offer.isGateway, since: time,
            feasibleDistance: min(known, offer.hops), relaxes: nil)
        if route.hops > route.feasibleDistance {
            let due = time.advanced(by: rules.holdDown)
            route.relaxes = due
            timers.append((due: due, destination: destination))
        }
        routes[destination] = route
        if current == nil { changes.added.append(destination) }
        changes.isSignificant = true
    }

    /// The nearest feasible offer; on equal distance the next hop in use, then the smaller NodeID.
    private func bestOffer(
        for destination: NodeID, feasibleDistance: UInt8, current: Route?
    ) -> (nextHop: NodeID, offer: RouteOffer)? {
        var best: (nextHop: NodeID, offer: RouteOffer)?
        for (node, neighbour) in neighbours {
            guard let offer = offer(of: node, neighbour, for: destination) else { continue }
            let isFeasible = offer.hops <= feasibleDistance || offer.hops <= 2 || current?.nextHop == node
            guard SafetyRule.routeFeasibility.permits(isFeasible) else { continue }
            guard let incumbent = best else {
                best = (node, offer)
                continue
            }
            if offer.hops != incumbent.offer.hops {
                if offer.hops < incumbent.offer.hops { best = (node, offer) }
            } else if incumbent.nextHop != current?.nextHop,
                node == current?.nextHop || node < incumbent.nextHop
            {
                best = (node, offer)
            }
        }
        return best
    }

    private func offer(of node: NodeID, _ neighbour: Neighbour, for destination: NodeID) -> RouteOffer? {
        node == destination
            ? RouteOffer(hops: 1, isGateway: neighbour.isGateway) : neighbour.offers[destination]
    }
}
