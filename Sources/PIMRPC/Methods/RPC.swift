/// Every method the daemon itself answers, as typed descriptors. Those of plugins stand with the plugins.
public enum RPC {
    /// The version of the protocol this package speaks (`spec/rpc.md` §2).
    public static let version: UInt64 = 1

    /// All of them, by name.
    public static let methods: [RPCMethodDescription] =
        (sessionMethods + statusMethods + peersMethods + routingMethods + gatewayMethods + configMethods + meshMethods
        + debugMethods
        + pluginsMethods
        + EventStream.hostStreams.flatMap(\.methods)).sorted { $0.name < $1.name }
}
