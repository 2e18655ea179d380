import PIMCore
import PIMWire

extension RouteTable {
    /// All routes in the order advertisements list them: gateways first, then the nearest (`spec/routing.md` §13 I-3).
    func advertisingOrder() -> [(destination: NodeID, route: Route)] {
        routes.map { (destination: $0.key, route: $0.value) }.sorted { left, right in
            if left.route.isGateway != right.route.isGateway { return left.route.isGateway }
            if left.route.hops != right.route.hops { return left.route.hops < right.route.hops }
            return left.destination < right.destination
        }
    }

    /// The entries of an advertisement for one neighbour: this node, then every route, those through the neighbour
    /// itself poisoned (`spec/routing.md` §6). At most 1000.
    ///
    /// - Parameters:
    ///   - selfEntry: this node's own entry, at distance 0.
    ///   - ordered: `advertisingOrder()`, made once for all neighbours; empty for a node that does not relay.
    ///   - address: the mesh address of a destination.
    static func entries(
        for neighbour: NodeID, selfEntry: RouteEntry, ordered: [(destination: NodeID, route: Route)],
        address: (NodeID) -> IPv4Address
    ) -> [RouteEntry] {
        var entries = [selfEntry]
        entries.reserveCapacity(min(ordered.count + 1, WireLimits.routeEntries))
        for (destination, route) in ordered where destination != neighbour {
            guard entries.count < WireLimits.routeEntries else { break }
            entries.append(
                RouteEntry(
                    destination: destination,
                    hops: route.nextHop == neighbour ? RoutingRules.infinity : route.hops,
                    isGateway: route.isGateway, meshIPv4: address(destination)))
        }
        return entries
    }
}
