public import PIMCore

/// One conversation as clients see it (`spec/messaging.md` §7.2). No member is ever omitted: what is unset is `null`.
public struct ConversationSummary: Sendable, Hashable {
    public var peerNodeID: NodeID
    /// The peer's name, or ``shortID(of:)`` while none is known.
    public var name: String
    /// The first 80 Unicode scalars of the message stored last, in one line.
    public var lastMessagePreview: String?
    /// The sender's time of the message stored last, either direction.
    public var lastMessageMilliseconds: Int64?
    public var unreadCount: Int
    /// `nil` while the directory knows no key of the peer.
    public var x25519PublicKey: X25519PublicKey?
    /// Whether there is a live session with exactly this node, that is with a direct neighbour.
    public var isConnected: Bool

    public init(
        peerNodeID: NodeID, name: String, lastMessagePreview: String?, lastMessageMilliseconds: Int64?,
        unreadCount: Int, x25519PublicKey: X25519PublicKey?, isConnected: Bool
    ) {
        self.peerNodeID = peerNodeID
        self.name = name
        self.lastMessagePreview = lastMessagePreview
        self.lastMessageMilliseconds = lastMessageMilliseconds
        self.unreadCount = unreadCount
        self.x25519PublicKey = x25519PublicKey
        self.isConnected = isConnected
    }

    /// The first 8 hex digits. Not ``NodeID/shortDescription``, which other methods use (`spec/messaging.md` §2).
    public static func shortID(of peer: NodeID) -> String { String(peer.description.prefix(8)) }
}

extension ConversationSummary: Codable {
    enum CodingKeys: String, CodingKey {
        case name
        case peerNodeID = "peer_node_id"
        case shortID = "peer_node_id_short"
        case lastMessagePreview = "last_message_preview"
        case lastMessageMilliseconds = "last_message_ts_ms"
        case unreadCount = "unread_count"
        case x25519PublicKey = "x25519_pubkey"
        case isConnected = "is_connected"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let key = try container.decodeIfPresent(String.self, forKey: .x25519PublicKey)
        self.init(
            peerNodeID: try container.decode(NodeID.self, forKey: .peerNodeID),
            name: try container.decode(String.self, forKey: .name),
            lastMessagePreview: try container.decodeIfPresent(String.self, forKey: .lastMessagePreview),
            lastMessageMilliseconds: try container.decodeIfPresent(Int64.self, forKey: .lastMessageMilliseconds),
            unreadCount: try container.decode(Int.self, forKey: .unreadCount),
            x25519PublicKey: key.flatMap { X25519PublicKey(hex: $0) },
            // Events of reference daemons lack it.
            isConnected: try container.decodeIfPresent(Bool.self, forKey: .isConnected) ?? false)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(peerNodeID, forKey: .peerNodeID)
        try container.encode(Self.shortID(of: peerNodeID), forKey: .shortID)
        try container.encode(name, forKey: .name)
        try container.encode(lastMessagePreview, forKey: .lastMessagePreview)
        try container.encode(lastMessageMilliseconds, forKey: .lastMessageMilliseconds)
        try container.encode(unreadCount, forKey: .unreadCount)
        try container.encode(x25519PublicKey?.description, forKey: .x25519PublicKey)
        try container.encode(isConnected, forKey: .isConnected)
    }
}
