/// The result of `messages.list_conversations`: the conversation with the newest activity first.
public struct ConversationList: Sendable, Hashable, Codable {
    public var conversations: [ConversationSummary]

    public init(conversations: [ConversationSummary]) {
        self.conversations = conversations
    }
}
