public import PIMCore

/// Why bytes are no frame, or why a value cannot become one. Always category *protocol* (`spec/wire.md` §16).
///
/// Equal by code: nobody branches on the context.
public struct WireError: Error, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Fewer bytes than the frame needs.
        public static let truncated = Code(rawValue: "truncated")
        public static let badMagic = Code(rawValue: "bad magic")
        public static let unsupportedVersion = Code(rawValue: "unsupported version")
        public static let unknownFrameType = Code(rawValue: "unknown frame type")
        public static let unknownHandshakeKind = Code(rawValue: "unknown handshake kind")
        public static let unknownControlTag = Code(rawValue: "unknown control tag")
        public static let notUTF8 = Code(rawValue: "not UTF-8")
        /// A length or count above its limit, received or about to be sent.
        public static let tooLarge = Code(rawValue: "too large")
        /// A fragment that runs past the total it declares.
        public static let badFragment = Code(rawValue: "bad fragment")
        /// A PeerInfo that begins like a signed one and is none (`design/extensions.md` §3).
        public static let badTrailer = Code(rawValue: "bad PeerInfo trailer")
        /// A value handed to an encoder that has no wire form.
        public static let unencodable = Code(rawValue: "unencodable")
    }

    public let code: Code
    /// What was being read or written, for people.
    public let context: String

    public init(_ code: Code, _ context: String) {
        self.code = code
        self.context = context
    }

    public var description: String { "\(code.rawValue): \(context)" }
}

extension WireError: Equatable {
    public static func == (left: WireError, right: WireError) -> Bool { left.code == right.code }
}

extension PIMError {
    /// The shared error of category *protocol* for a wire error.
    public init(_ error: WireError) {
        self.init(.protocol, error.description, cause: nil)
    }
}
