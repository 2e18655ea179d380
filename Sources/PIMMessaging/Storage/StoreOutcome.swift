internal import PIMCore
internal import PIMRPC

/// What became of a ``StoreChange``.
enum StoreOutcome: Sendable {
    /// A new message is in the conversation.
    case stored(StoredConversation)
    /// The same message from the same peer is there already, or was there and has been deleted.
    case duplicate
    /// Another message has this identifier.
    case conflict
    /// The conversation, or the number of conversations, has reached its limit.
    case refused
    case statusChanged
    /// Nothing matched, or the status already said as much.
    case unchanged
    case failedWaiting([MessageID])
    /// Messages that became read, and the conversation if anything about it changed.
    case read([MessageID], unread: Int, changed: StoredConversation?)
    case deleted(messages: Int, conversations: Int)
}
