/// The result of `messages.history`: newest first.
public struct MessageHistoryPage: Sendable, Hashable, Codable {
    public var messages: [MessageRecord]
    /// Whether older messages than the last of these exist.
    public var hasMore: Bool

    public init(messages: [MessageRecord], hasMore: Bool) {
        self.messages = messages
        self.hasMore = hasMore
    }

    enum CodingKeys: String, CodingKey {
        case messages
        case hasMore = "has_more"
    }
}
