public import PIMCore

/// Why nothing more can be read from a link: it has to be closed. Equal by code.
public struct LinkProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A length above 1 MiB (`spec/wire.md` §5).
        public static let oversizeMessage = Code(rawValue: "message length above the limit")
        /// More messages than `LinkConfiguration.strangerMessages` before authentication.
        public static let tooManyMessages = Code(rawValue: "too many messages before the handshake")
        /// A frame of a sealed link opened whose counter skips one (`design/extensions.md` §2).
        public static let missingFrame = Code(rawValue: "a frame is missing from a sealed link")
    }

    public let code: Code

    public init(_ code: Code) { self.code = code }

    public var description: String { code.rawValue }

    /// The reason the link is closed with.
    public var closeReason: LinkCloseReason {
        switch code {
        case .tooManyMessages: .strangerTalksTooMuch
        case .missingFrame: .missingFrame
        default: .brokenFraming
        }
    }
}
