/// What others can make this node keep.
struct StoreLimits: Sendable, Hashable {
    /// Messages in one conversation.
    var messagesPerPeer: Int
    /// Bytes of text in one conversation.
    var bytesPerPeer: Int
    var conversations: Int
}
