/// An error answered on the control socket. Plugins throw it from their RPC methods.
///
/// Clients branch on `code`; `message` is for people; `data` is optional structure. Codes: `spec/rpc.md` §3.
public struct RPCError: Error, Sendable, CustomStringConvertible {
    /// A JSON-RPC error code.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        public static let parseError = Code(rawValue: -32700)
        public static let invalidRequest = Code(rawValue: -32600)
        public static let methodNotFound = Code(rawValue: -32601)
        public static let invalidParams = Code(rawValue: -32602)
        public static let internalError = Code(rawValue: -32603)
        public static let versionMismatch = Code(rawValue: -32001)
        public static let identityMismatch = Code(rawValue: -32040)
        public static let messagePeerUnknown = Code(rawValue: -32060)
        public static let messageBodyTooLarge = Code(rawValue: -32061)
        public static let storageFailed = Code(rawValue: -32062)
    }

    public var code: Code
    public var message: String
    public var data: JSONValue?

    public init(_ code: Code, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    public var description: String { "\(message) (\(code.rawValue))" }
}

/// Equal by code: nobody branches on text.
extension RPCError: Equatable {
    public static func == (left: RPCError, right: RPCError) -> Bool { left.code == right.code }
}
