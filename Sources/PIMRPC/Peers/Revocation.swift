public import PIMCore

/// Parameters of `peers.revoke` and `peers.restore`.
public struct RevocationParameters: Codable, Sendable, Hashable {
    public var nodeID: NodeID

    public init(nodeID: NodeID) {
        self.nodeID = nodeID
    }

    enum CodingKeys: String, CodingKey {
        case nodeID = "node_id"
    }
}

/// The result of `peers.revoke`.
public struct RevokePeerResult: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    public var nodeIDShort: String
    /// `false` when it was revoked before.
    public var revoked: Bool
    /// Whether it was connected.
    public var endedSession: Bool

    public init(nodeID: NodeID, revoked: Bool, endedSession: Bool) {
        self.nodeID = nodeID
        self.nodeIDShort = nodeID.shortDescription
        self.revoked = revoked
        self.endedSession = endedSession
    }

    enum CodingKeys: String, CodingKey {
        case revoked
        case nodeID = "node_id"
        case nodeIDShort = "node_id_short"
        case endedSession = "ended_session"
    }
}

/// The result of `peers.restore`.
public struct RestorePeerResult: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    public var nodeIDShort: String
    /// `false` when it was not revoked.
    public var restored: Bool

    public init(nodeID: NodeID, restored: Bool) {
        self.nodeID = nodeID
        self.nodeIDShort = nodeID.shortDescription
        self.restored = restored
    }

    enum CodingKeys: String, CodingKey {
        case restored
        case nodeID = "node_id"
        case nodeIDShort = "node_id_short"
    }
}

/// The result of `peers.revoked`: all revoked nodes, by NodeID.
public struct RevokedPeers: Codable, Sendable, Hashable {
    public struct Peer: Codable, Sendable, Hashable {
        public var nodeID: NodeID
        public var nodeIDShort: String
        /// What it called itself, as long as the directory knows it.
        @ExplicitNull public var name: String?

        public init(nodeID: NodeID, name: String?) {
            self.nodeID = nodeID
            self.nodeIDShort = nodeID.shortDescription
            self.name = name
        }

        enum CodingKeys: String, CodingKey {
            case name
            case nodeID = "node_id"
            case nodeIDShort = "node_id_short"
        }
    }

    public var revoked: [Peer]

    public init(revoked: [Peer]) {
        self.revoked = revoked
    }
}
