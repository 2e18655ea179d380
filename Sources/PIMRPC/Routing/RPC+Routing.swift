internal import PIMCore

extension RPC {
    public static let routeTable = RPCMethod<NoParameters, RouteTableResult>(
        "route.table", summary: "Every route this node knows, and the gateways among the destinations.")

    public static let setSplitDefault = RPCMethod<SetSplitDefaultParameters, SetSplitDefaultResult>(
        "route.set_split_default",
        summary: "Turns this machine's default route into the mesh, or back; answers when that is done.",
        errors: [.invalidParams, .notSupported])

    public static let splitDefaultStatus = RPCMethod<NoParameters, SplitDefaultStatus>(
        "route.status", summary: "Whether this machine's default route leads into the mesh, and why not.",
        errors: [.notSupported])

    static let routingMethods = [routeTable.description, setSplitDefault.description, splitDefaultStatus.description]
}
