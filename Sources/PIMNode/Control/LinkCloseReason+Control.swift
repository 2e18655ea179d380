public import PIMCore

extension LinkCloseReason {
    /// An initiator's session that was never confirmed while frames failed to open.
    public static let undecryptable = LinkCloseReason(
        rawValue: "the peer never confirmed the session and its frames do not open: the mesh secrets probably differ")
    /// A node without sealed links, where those are refused (`design/extensions.md` §2).
    public static let referencePeer = LinkCloseReason(
        rawValue: "the peer cannot seal its links, and security.reference_peers says \"refuse\"")
    /// A node that used to seal its links answered as one that cannot, and no frame of it opened.
    public static let usedToSeal = LinkCloseReason(
        rawValue: "the peer used to seal its links and no longer does; if this is right: pim peers forget")
    /// The operator revoked the node.
    public static let revoked = LinkCloseReason(rawValue: "the peer is revoked; to undo this: pim peers restore")
    /// The operator took the peer out of those that are dialled.
    public static let parted = LinkCloseReason(rawValue: "the peer was removed")
    /// The peer's own policy or operator does not want this node.
    public static let refusedByPeer = LinkCloseReason(
        rawValue: "the peer refuses this node: it is not authorized there, or revoked")
    /// Another node answers at a target's address than the one that was expected there (`spec/crypto.md` §12.6).
    static func unexpectedIdentity(_ node: NodeID) -> LinkCloseReason {
        LinkCloseReason(rawValue: "another node answers there than the expected one: \(node)")
    }
    /// A renewed handshake that changes whether the link is sealed.
    public static let securityChanged = LinkCloseReason(
        rawValue: "the peer changed on a live link whether it is sealed")
    /// The connection ended by itself or at the other end.
    public static let connectionLost = LinkCloseReason(rawValue: "the connection ended")
    /// The address of this machine that the connection came from does not exist any more.
    public static let addressGone = LinkCloseReason(rawValue: "the local address of the connection is gone")
    /// A connection for a target that was removed meanwhile.
    public static let notWanted = LinkCloseReason(rawValue: "nobody waits for this connection any more")
    /// Too many links, or too many unfinished handshakes.
    public static let crowded = LinkCloseReason(rawValue: "too many connections")
    /// The peer did too much that no honest node does and is not listened to for a while.
    public static let excluded = LinkCloseReason(rawValue: "the peer is excluded for misbehaviour")
}
