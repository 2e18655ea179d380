public import PIMCore

/// What stands between this node and a configured target.
public struct DialStatus: Sendable, Hashable {
    public enum Phase: Sendable, Hashable {
        case waiting(until: MonotonicTime)
        case dialing
        /// Connected, but the session is not established or not confirmed, or the link is stalled.
        case handshaking
        case connected(NodeID)
        /// Not dialled: the node that has to answer there is revoked.
        case barred
    }

    public var target: DialTarget
    /// Who has to answer there, or else answered there last.
    public var node: NodeID?
    public var phase: Phase
    /// Attempts that failed since the last session.
    public var failures: Int
    public var lastFailure: String?
}
