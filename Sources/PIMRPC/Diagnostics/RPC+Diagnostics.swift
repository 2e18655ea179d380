internal import PIMCore

extension RPC {
    public static let diagnosticsNamespace = "diagnostics"

    /// Ours: answered by the diagnostics plugin every daemon has, here and at the other end.
    public static let ping = RPCMethod<PingParameters, PingResult>(
        "\(diagnosticsNamespace).ping",
        summary: "Sends one sealed payload to a node across the mesh and waits for its answer.",
        errors: [.invalidParams, .peerNotFound, .noAnswer])

    public static let trace = RPCMethod<TraceParameters, TraceResult>(
        "\(diagnosticsNamespace).trace",
        summary: "Asks the nodes on the way to a node, one after another, how they pass on what goes there.",
        errors: [.invalidParams, .peerNotFound])

    /// What the plugin of that name answers.
    public static let diagnosticsMethods = [ping.description, trace.description]

    /// Ours: what the debug file holds, as it is now.
    public static let debugSnapshot = RPCMethod<NoParameters, DebugSnapshot>(
        "debug.snapshot", summary: "Everything about peers, routes, gateways and discovery, as in the debug file.")

    static let debugMethods = [debugSnapshot.description]
}
