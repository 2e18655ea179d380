internal import PIMCore

extension RPC {
    public static let hello = RPCMethod<HelloParameters, HelloResult>(
        "rpc.hello", summary: "Opens the connection for all other methods; must succeed first.",
        errors: [.invalidParams, .versionMismatch])

    /// Ours: orderly shutdown, as a termination signal would.
    public static let shutdown = RPCMethod<NoParameters, ShutdownResult>(
        "daemon.shutdown", summary: "Shuts the daemon down in order; answered before it begins.")

    static let sessionMethods = [hello.description, shutdown.description]
}
