internal import PIMCore

/// A row of `conversations_meta`.
struct StoredConversation: Sendable, Hashable {
    var peer: NodeID
    var unreadCount: Int
    var lastMessagePreview: String?
    var lastMessageMilliseconds: Int64?
}
