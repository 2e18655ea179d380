public import PIMCore

/// What the daemon knows about other nodes. Look-ups answer from memory, from any thread, without waiting.
public protocol PeerDirectory: Sendable {
    /// The pinned X25519 key of a peer; `nil` when the directory has none.
    func x25519Key(of peer: NodeID) -> X25519PublicKey?

    /// The peer's display name, possibly empty; `nil` when the directory does not know the peer.
    func name(of peer: NodeID) -> String?

    /// Whether there is a live session with exactly this node.
    func isConnected(_ peer: NodeID) -> Bool

    /// The way payloads for this node take now; `nil` when there is none.
    func route(to peer: NodeID) -> PeerRoute?

    /// Changes from now on, in order. A reader that falls more than 256 events behind gets one ``PeerEvent/resync`` in
    /// place of what it missed and should look up afresh what it cares about: state is never lost silently.
    /// The stream ends when the plugin is stopped.
    func events() -> AsyncStream<PeerEvent>
}

extension PeerDirectory {
    /// Whether payloads for this node have somewhere to go now: it is a neighbour or there is a route to it.
    public func hasRoute(to peer: NodeID) -> Bool { route(to: peer) != nil }
}

/// The first step of the way to a node, and how long that is.
public struct PeerRoute: Sendable, Hashable {
    /// The neighbour that passes payloads on; the node itself when it is one.
    public var nextHop: NodeID
    /// Links on the way; 1 for a neighbour.
    public var hops: UInt8

    public init(nextHop: NodeID, hops: UInt8) {
        self.nextHop = nextHop
        self.hops = hops
    }
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
