/// How far the X25519 key of a peer can be trusted, rising (`design/extensions.md` §3). A key from a higher state
/// replaces one from a lower state; within a state the first key stays.
public enum KeyState: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// From an unsigned PeerInfo that came through other nodes: anybody may have written it.
    case claimed = 0
    /// From an unsigned PeerInfo on the link to the peer itself.
    case neighbour = 1
    /// Given by the operator.
    case imported = 2
    /// Signed by the peer.
    case verified = 3

    public static func < (left: KeyState, right: KeyState) -> Bool { left.rawValue < right.rawValue }
}
