public import PIMCore

/// The parameters of `messages.delete_conversation`.
public struct DeleteConversationParameters: Sendable, Hashable, Codable {
    /// 32 hex digits, checked by the method.
    public var peerNodeID: String

    public init(peer: NodeID) {
        peerNodeID = peer.description
    }

    enum CodingKeys: String, CodingKey {
        case peerNodeID = "peer_node_id"
    }
}
