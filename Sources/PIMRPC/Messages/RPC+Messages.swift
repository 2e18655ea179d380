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
        "messages.mark_read", summary: "Marks what a peer wrote up to a time as read.",
        errors: [.invalidParams, .storageFailed])
}
