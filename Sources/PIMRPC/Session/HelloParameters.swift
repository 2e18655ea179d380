/// Parameters of `rpc.hello`.
public struct HelloParameters: Codable, Sendable, Hashable {
    /// `<program>/<version>`, for logs only.
    public var client: String?
    /// Not checked when absent.
    public var rpcVersion: UInt64?

    public init(client: String? = nil, rpcVersion: UInt64? = RPC.version) {
        self.client = client
        self.rpcVersion = rpcVersion
    }

    enum CodingKeys: String, CodingKey {
        case client
        case rpcVersion = "rpc_version"
    }
}
