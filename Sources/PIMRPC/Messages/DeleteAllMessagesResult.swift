/// The result of `messages.delete_all`.
public struct DeleteAllMessagesResult: Sendable, Hashable, Codable {
    public var deletedMessages: Int
    public var deletedConversations: Int

    public init(deletedMessages: Int, deletedConversations: Int) {
        self.deletedMessages = deletedMessages
        self.deletedConversations = deletedConversations
    }

    enum CodingKeys: String, CodingKey {
        case deletedMessages = "deleted_messages"
        case deletedConversations = "deleted_conversations"
    }
}
