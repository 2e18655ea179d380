public import PIMCore

/// Parameters of `peers.find`, which is ours.
public struct FindPeersParameters: Codable, Sendable, Hashable {
    /// The shortest beginning of a NodeID that is looked for.
    public static let minimumPrefix = 4

    /// A name, a NodeID's short form, or the beginning of a NodeID.
    public var text: String

    public init(text: String) {
        self.text = text
    }
}

/// The result of `peers.find`: nodes of the directory, by NodeID.
public struct FoundPeers: Codable, Sendable, Hashable {
    /// The most nodes of one answer.
    public static let maximumCount = 50

    /// A node whose key is known.
    public struct Peer: Codable, Sendable, Hashable {
        public var nodeID: NodeID
        /// `nil` when it never said one.
        @ExplicitNull public var name: String?
        public var x25519PublicKey: X25519PublicKey

        public init(nodeID: NodeID, name: String?, x25519PublicKey: X25519PublicKey) {
            self.nodeID = nodeID
            self.name = name
            self.x25519PublicKey = x25519PublicKey
        }

        enum CodingKeys: String, CodingKey {
            case name
            case nodeID = "node_id"
            case x25519PublicKey = "x25519_pubkey"
        }
    }

    public var peers: [Peer]

    public init(peers: [Peer]) {
        self.peers = peers
    }
}
