extension RPC {
    public static let status = RPCMethod<NoParameters, DaemonStatus>(
        "status",
        summary: "The node, its addresses, its neighbours and its counters. Cheap: clients poll it every second.")

    static let statusMethods = [status.description]

    static let statusEvent = RPCEventDescription(
        .status, summary: "Something about this node changed: its interface, its roles, its way out.",
        parameters: StatusEvent.self)
}
