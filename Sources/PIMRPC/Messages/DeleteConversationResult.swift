/// The result of `messages.delete_conversation`.
public struct DeleteConversationResult: Sendable, Hashable, Codable {
    public var deletedMessages: Int
    /// Whether there was a conversation.
    public var deletedConversation: Bool

    public init(deletedMessages: Int, deletedConversation: Bool) {
        self.deletedMessages = deletedMessages
        self.deletedConversation = deletedConversation
    }

    enum CodingKeys: String, CodingKey {
        case deletedMessages = "deleted_messages"
        case deletedConversation = "deleted_conversation"
    }
}
