public import PIMCore

extension RPCError.Code {
    /// The daemon cannot serve this client now, for instance because it has too many (`spec/rpc.md` §3).
    public static let notReady = RPCError.Code(rawValue: -32000)
    /// This daemon has no interface, or its system none that it knows.
    public static let notSupported = RPCError.Code(rawValue: -32002)
    public static let peerNotFound = RPCError.Code(rawValue: -32010)
}
