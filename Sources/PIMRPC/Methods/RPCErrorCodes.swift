public import PIMCore

extension RPCError.Code {
    /// The daemon cannot serve this client now, for instance because it has too many (`spec/rpc.md` §3).
    public static let notReady = RPCError.Code(rawValue: -32000)
    /// This daemon has no interface, or its system none that it knows.
    public static let notSupported = RPCError.Code(rawValue: -32002)
    /// Ours: the client's user may not use this daemon.
    public static let accessDenied = RPCError.Code(rawValue: -32003)
    public static let peerNotFound = RPCError.Code(rawValue: -32010)
    public static let peerExists = RPCError.Code(rawValue: -32011)
    public static let peerAddressInvalid = RPCError.Code(rawValue: -32012)
    /// Ours: the node is not one that may be paired with, or did not prove itself.
    public static let pairingFailed = RPCError.Code(rawValue: -32013)
    /// Ours: a node did not answer in time.
    public static let noAnswer = RPCError.Code(rawValue: -32014)
    /// A text the daemon would not start with; `data` is a list of ``ConfigProblem``.
    public static let configurationInvalid = RPCError.Code(rawValue: -32020)
    /// A sound text that could not be written or applied.
    public static let configurationRejected = RPCError.Code(rawValue: -32021)
    public static let broadcastIntervalTooSmall = RPCError.Code(rawValue: -32041)
}
