public import PIMCore

/// What the directory knows about one peer.
public struct PeerRecord: Sendable, Hashable {
    public var key: X25519PublicKey
    public var keyState: KeyState
    /// As the peer announced it or the operator gave it; possibly empty, at most 255 bytes.
    public var name: String
    /// Milliseconds since the Unix epoch.
    public var firstSeen: UInt64
    /// Milliseconds since the Unix epoch.
    public var lastSeen: UInt64
    /// Whether there ever was a link to the peer.
    public var wasLinked = false
    /// Whether this node ever sent the peer something of its own accord.
    public var wasContacted = false
    /// Whether the operator imported the peer's key.
    public var wasImported = false
    /// The features the peer last proved freshly; 0 for none (`design/extensions.md` §1).
    public var pin: UInt32 = 0
    /// When a conflict of keys was last reported, in milliseconds since the Unix epoch. Not stored.
    var lastConflict: UInt64?

    /// `nil` without a name.
    var givenName: String? { name.isEmpty ? nil : name }

    /// What the row is worth to this node when the directory is full; the least goes first (`design/extensions.md` §4).
    /// A link is worth less than what this node or its operator did of its own accord: in an open mesh anybody can link,
    /// under as many names as he likes.
    enum Worth: Comparable {
        case hearsay
        case linked
        case chosen
    }

    var worth: Worth {
        if wasContacted || wasImported { return .chosen }
        return wasLinked ? .linked : .hearsay
    }

    init(key: X25519PublicKey, keyState: KeyState, name: String, seen: UInt64) {
        self.key = key
        self.keyState = keyState
        self.name = name
        firstSeen = seen
        lastSeen = seen
    }

    /// The same, but for what is not stored.
    func isStoredLike(_ other: PeerRecord) -> Bool {
        var left = self
        var right = other
        left.lastConflict = nil
        right.lastConflict = nil
        return left == right
    }
}
