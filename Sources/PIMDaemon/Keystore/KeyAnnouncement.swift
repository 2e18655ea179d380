public import PIMCore

/// A peer's key and name, as they were learned from the mesh.
public struct KeyAnnouncement: Sendable, Hashable {
    public var peer: NodeID
    public var key: X25519PublicKey
    public var name: String
    /// What the way it came by is worth.
    public var state: KeyState
    /// Whether it came over a link to the peer itself.
    public var isLinked: Bool
    /// Milliseconds since the Unix epoch.
    public var time: UInt64

    public init(
        peer: NodeID, key: X25519PublicKey, name: String, state: KeyState, isLinked: Bool? = nil, time: UInt64
    ) {
        self.peer = peer
        self.key = key
        self.name = name
        self.state = state
        self.isLinked = isLinked ?? (state == .neighbour)
        self.time = time
    }
}

/// What the directory made of an announcement.
public enum RecordOutcome: Sendable, Hashable {
    /// A new row. Those in `evicted` left the full directory for it.
    case inserted(evicted: [NodeID])
    /// The known key; last-seen, and maybe name and state, are newer now.
    case refreshed
    /// Another key, worth more than the known one: it is the known one now.
    case replaced(previous: X25519PublicKey)
    /// Another key, not worth more than the known one: nothing changed.
    case conflict(kept: X25519PublicKey)
    /// Unsigned, for a peer whose key is verified: nothing changed.
    case ignored
    /// The directory is full of rows worth more: nothing changed.
    case full
}

/// What the directory made of a key given by the operator (`spec/rpc.md`, `peers.import_identity`).
public enum ImportOutcome: Sendable, Hashable {
    /// A new row, or the place of a merely claimed key.
    case inserted
    /// The known key.
    case refreshed
    /// Another key is known already: nothing changed.
    case keyMismatch(existing: X25519PublicKey)
}
