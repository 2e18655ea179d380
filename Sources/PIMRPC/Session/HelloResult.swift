/// The result of `rpc.hello`.
public struct HelloResult: Codable, Sendable, Hashable {
    /// `pim-daemon/<version>`.
    public var daemon: String
    public var rpcVersion: UInt64
    /// Reserved; empty.
    public var features: [String]
    /// The process that answers. Ours; `nil` from other daemons.
    @ExplicitNull public var pid: Int32?

    public init(daemon: String, rpcVersion: UInt64 = RPC.version, features: [String] = [], pid: Int32?) {
        self.daemon = daemon
        self.rpcVersion = rpcVersion
        self.features = features
        self.pid = pid
    }

    enum CodingKeys: String, CodingKey {
        case daemon, features, pid
        case rpcVersion = "rpc_version"
    }
}
