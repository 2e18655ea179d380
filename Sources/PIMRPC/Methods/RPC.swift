/// Every method and event of the control socket, as typed descriptors.
public enum RPC {
    /// The version of the protocol this package speaks (`spec/rpc.md` §2).
    public static let version: UInt64 = 1

    /// What the daemon itself answers, by name. Methods of plugins stand with the plugins.
    public static let methods: [RPCMethodDescription] =
        (sessionMethods + statusMethods + peersMethods + routingMethods + gatewayMethods + configMethods + meshMethods
        + debugMethods
        + pluginsMethods
        + EventStream.hostStreams.flatMap(\.methods)).sorted { $0.name < $1.name }

    /// What a daemon with the plugins of this package answers, by name: what documents and listings are made of.
    public static let stockMethods: [RPCMethodDescription] =
        (methods + messagesMethods + diagnosticsMethods).sorted { $0.name < $1.name }

    /// What it sends unasked, by name.
    public static let events: [RPCEventDescription] =
        [statusEvent, peersEvent, gatewayEvent, logsEvent, messagesEvent].sorted { $0.name < $1.name }
}
