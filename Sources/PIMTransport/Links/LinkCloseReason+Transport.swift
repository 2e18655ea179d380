public import PIMCore

/// Why links end by themselves.
extension LinkCloseReason {
    /// The other end closed the connection, or its process died.
    public static let endedByPeer = LinkCloseReason(rawValue: "the other end closed the connection")
    /// The connection was reset, or nothing got through for too long.
    public static let connectionFailed = LinkCloseReason(rawValue: "the connection failed")
    /// A length above what the wire format allows: the stream has lost its framing (`spec/wire.md` §20.1).
    public static let brokenFraming = LinkCloseReason(rawValue: "the stream of frames is broken")
    /// What answered a dial with something that is no frame from its first byte on: a web server, for example.
    public static let notANode = LinkCloseReason(
        rawValue: "no PIM node answers there: what does speaks another protocol")
    /// More messages than any handshake has, from somebody who is not authenticated.
    public static let strangerTalksTooMuch = LinkCloseReason(rawValue: "too many frames before the handshake")
    /// A connection that never said who it is.
    public static let noPreamble = LinkCloseReason(rawValue: "no preamble in time")
    /// The oldest stranger makes room for a new one.
    public static let evicted = LinkCloseReason(rawValue: "too many unauthenticated connections")
    /// Somebody on the path removed a frame of a sealed link (`design/extensions.md` §2).
    public static let missingFrame = LinkCloseReason(rawValue: "a frame was removed from the sealed link")
    /// All counters of the session are used up (`spec/crypto.md` §6.3).
    public static let sessionExhausted = LinkCloseReason(rawValue: "the session is used up")
}
