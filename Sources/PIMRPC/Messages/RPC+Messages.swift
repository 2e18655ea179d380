internal import PIMCore

/// The messaging plugin's methods, for clients. A daemon without the plugin answers that it does not know them.
extension RPC {
    public static let conversations = RPCMethod<NoParameters, ConversationList>(
        "messages.list_conversations", summary: "Everybody there are messages with, newest activity first.",
        errors: [.storageFailed])

    public static let messageHistory = RPCMethod<MessageHistoryParameters, MessageHistoryPage>(
        "messages.history", summary: "A page of the messages exchanged with one peer, newest first.",
        errors: [.invalidParams, .storageFailed])

    public static let sendMessage = RPCMethod<SendMessageParameters, SendMessageResult>(
        "messages.send", summary: "Stores a message and sends it as soon as there is a way to the peer.",
        errors: [.invalidParams, .messagePeerUnknown, .messageBodyTooLarge, .storageFailed])

    public static let markRead = RPCMethod<MarkReadParameters, MarkReadResult>(
        "messages.mark_read",
        summary: "Marks what one peer sent up to a time as read, and sends read receipts where they are on.",
        errors: [.invalidParams, .storageFailed])

    public static let deleteConversation = RPCMethod<DeleteConversationParameters, DeleteConversationResult>(
        "messages.delete_conversation", summary: "Deletes the messages exchanged with one peer, here only.",
        errors: [.invalidParams, .storageFailed])

    public static let deleteAllMessages = RPCMethod<NoParameters, DeleteAllMessagesResult>(
        "messages.delete_all", summary: "Deletes all messages, here only.", errors: [.storageFailed])

    /// What the plugin of that name answers, and what the daemon answers for its event stream.
    public static let messagesMethods =
        [
            conversations.description, messageHistory.description, sendMessage.description, markRead.description,
            deleteConversation.description, deleteAllMessages.description,
        ] + EventStream.messages.methods

    static let messagesEvent = RPCEventDescription(
        .messages,
        summary: """
            A message arrived or changed, or the daemon learned something about a peer. `message_queued`, \
            `conversation_changed` and `resync` are ours.
            """,
        parameters: MessageEvent.self)
}
