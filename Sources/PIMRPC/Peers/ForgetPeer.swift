public import PIMCore

/// Parameters of `peers.forget`.
public struct ForgetPeerParameters: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    /// Absent and `true` delete what plugins store about the peer, an explicit `false` keeps it.
    public var alsoDeleteMessages: Bool?

    public init(nodeID: NodeID, alsoDeleteMessages: Bool? = nil) {
        self.nodeID = nodeID
        self.alsoDeleteMessages = alsoDeleteMessages
    }

    enum CodingKeys: String, CodingKey {
        case nodeID = "node_id"
        case alsoDeleteMessages = "also_delete_messages"
    }
}

/// The result of `peers.forget`.
public struct ForgetPeerResult: Codable, Sendable, Hashable {
    /// Whether the directory knew the node.
    public var forgotIdentity: Bool
    public var deletedMessages: Int
    public var deletedConversation: Bool

    public init(forgotIdentity: Bool, deletedMessages: Int = 0, deletedConversation: Bool = false) {
        self.forgotIdentity = forgotIdentity
        self.deletedMessages = deletedMessages
        self.deletedConversation = deletedConversation
    }

    enum CodingKeys: String, CodingKey {
        case forgotIdentity = "forgot_identity"
        case deletedMessages = "deleted_messages"
        case deletedConversation = "deleted_conversation"
    }
}
