public import PIMCore

/// A connected peer, as `peers.list` shows it.
public struct PeerStatus: Sendable, Hashable {
    public var node: NodeID
    public var link: LinkID
    public var remoteAddress: String
    public var direction: LinkDirection
    public var connectedSince: MonotonicTime
    /// The last valid frame.
    public var lastHeard: MonotonicTime
    /// Smoothed; known where the peer is a gateway or two links lead to it, which are probed.
    public var roundTripMilliseconds: UInt32?
    /// Whether everything on the link is sealed (`design/extensions.md` §2); otherwise it is a reference link.
    public var isSealed: Bool
    /// A second link to the peer, which takes over when this one falls silent.
    public var standby: LinkID?
    /// Where that one leads.
    public var standbyAddress: String?
}
