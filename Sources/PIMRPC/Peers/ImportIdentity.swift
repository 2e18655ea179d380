public import PIMCore

/// Parameters of `peers.import_identity`.
public struct ImportIdentityParameters: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    public var x25519PublicKey: X25519PublicKey
    /// White space at the ends is cut; empty counts as absent.
    public var friendlyName: String?

    public init(nodeID: NodeID, x25519PublicKey: X25519PublicKey, friendlyName: String? = nil) {
        self.nodeID = nodeID
        self.x25519PublicKey = x25519PublicKey
        self.friendlyName = friendlyName
    }

    enum CodingKeys: String, CodingKey {
        case nodeID = "node_id"
        case x25519PublicKey = "x25519_pubkey"
        case friendlyName = "friendly_name"
    }
}

/// The result of `peers.import_identity`.
public struct ImportIdentityResult: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    public var nodeIDShort: String
    /// Whether the node was unknown before.
    public var imported: Bool

    public init(nodeID: NodeID, imported: Bool) {
        self.nodeID = nodeID
        self.nodeIDShort = nodeID.shortDescription
        self.imported = imported
    }

    enum CodingKeys: String, CodingKey {
        case imported
        case nodeID = "node_id"
        case nodeIDShort = "node_id_short"
    }
}

extension RPCError {
    /// The failure of `peers.import_identity` when another key is pinned; nothing was changed (`spec/rpc.md` §5.2).
    public static func identityMismatch(
        _ node: NodeID, supplied: X25519PublicKey, existing: X25519PublicKey
    ) -> RPCError {
        RPCError(
            .identityMismatch, "peers.import_identity: another key is pinned for \(node.shortDescription)",
            data: .object([
                "node_id": .string(node.description), "supplied_x25519_pubkey": .string(supplied.description),
                "existing_x25519_pubkey": .string(existing.description),
            ]))
    }
}
