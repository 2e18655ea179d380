/// Who opened a connection.
public enum LinkDirection: Sendable, Hashable {
    /// This node, for the dial with this identifier: it is the initiator of the handshake.
    case dialed(DialID)
    /// The other end: this node is the responder.
    case accepted
}

/// Names one attempt to reach a configured target.
public struct DialID: Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}
