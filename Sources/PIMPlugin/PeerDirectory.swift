public import PIMCore

/// What the daemon knows about other nodes. Look-ups answer from memory, from any thread, without waiting.
public protocol PeerDirectory: Sendable {
    /// The pinned X25519 key of a peer; `nil` when the directory has none.
    func x25519Key(of peer: NodeID) -> X25519PublicKey?

    /// The peer's display name, possibly empty; `nil` when the directory does not know the peer.
    func name(of peer: NodeID) -> String?

    /// Whether there is a live session with exactly this node.
    func isConnected(_ peer: NodeID) -> Bool

    /// Whether payloads for this node have somewhere to go now: it is a neighbour or there is a route to it.
    func hasRoute(to peer: NodeID) -> Bool

    /// Changes from now on, in order. A reader that falls more than 256 events behind gets one ``PeerEvent/resync`` in
    /// place of what it missed and should look up afresh what it cares about: state is never lost silently.
    /// The stream ends when the plugin is stopped.
    func events() -> AsyncStream<PeerEvent>
}

/// A change in the peer directory or in reachability.
public enum PeerEvent: Sendable, Hashable {
    /// A key or name was learned or changed.
    case seen(peer: NodeID, key: X25519PublicKey, name: String, via: PayloadArrival)
    /// The directory row was deleted.
    case forgotten(peer: NodeID)
    /// The peer announced another key than the pinned one; the directory keeps `kept`.
    case keyConflict(peer: NodeID, kept: X25519PublicKey, refused: X25519PublicKey)
    /// A session with the peer stands.
    case connected(peer: NodeID)
    case disconnected(peer: NodeID)
    /// Payloads to the node have somewhere to go, or have no longer.
    case routeUp(peer: NodeID)
    case routeDown(peer: NodeID)
    /// Events were missed; state must be read afresh.
    case resync
}
