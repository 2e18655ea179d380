/// Why a call did not reach the daemon or its answer did not come back. Equal by code.
public struct ControlClientError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Nobody listens on the socket.
        public static let notRunning = Code(rawValue: "not_running")
        /// The socket exists and may not be used, or the path cannot be one.
        public static let unusable = Code(rawValue: "unusable")
        public static let timedOut = Code(rawValue: "timed_out")
        /// The connection ended before the answer.
        public static let closed = Code(rawValue: "closed")
        /// The other end does not speak the protocol.
        public static let malformed = Code(rawValue: "malformed")
    }

    public var code: Code
    /// Of the socket.
    public var path: String
    public var message: String

    public init(_ code: Code, path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    public var description: String { message }

    public static func == (left: ControlClientError, right: ControlClientError) -> Bool { left.code == right.code }
}
