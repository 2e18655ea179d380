/// The result of `messages.mark_read`.
public struct MarkReadResult: Sendable, Hashable, Codable {
    /// What is still unread: messages newer than the time given.
    public var unreadCount: Int

    public init(unreadCount: Int) {
        self.unreadCount = unreadCount
    }

    enum CodingKeys: String, CodingKey {
        case unreadCount = "unread_count"
    }
}
