/// Why the control plane, or the link itself, ended a link.
public struct LinkCloseReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    public static let shutdown = LinkCloseReason(rawValue: "this node shuts down")
    public static let goodbye = LinkCloseReason(rawValue: "the peer said goodbye")
    public static let handshakeTimeout = LinkCloseReason(rawValue: "no handshake in time")
    public static let handshakeRefused = LinkCloseReason(rawValue: "handshake refused")
    public static let confirmMismatch = LinkCloseReason(
        rawValue: "confirmation does not match: the mesh secrets differ")
    public static let unconfirmed = LinkCloseReason(rawValue: "the peer never confirmed the session")
    public static let silent = LinkCloseReason(rawValue: "the peer fell silent")
    public static let duplicate = LinkCloseReason(rawValue: "another link to this peer stays")
    public static let selfConnection = LinkCloseReason(rawValue: "connected to itself")
    public static let identityMismatch = LinkCloseReason(rawValue: "the preamble names another node than the key")
    public static let notAuthorized = LinkCloseReason(rawValue: "rejected by authorization policy")
    public static let misbehaviour = LinkCloseReason(rawValue: "too many bad frames")
}
