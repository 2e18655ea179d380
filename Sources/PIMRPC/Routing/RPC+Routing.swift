extension RPC {
    public static let routeTable = RPCMethod<NoParameters, RouteTableResult>(
        "route.table", summary: "Every route this node knows, and the gateways among the destinations.")

    static let routingMethods = [routeTable.description]
}
