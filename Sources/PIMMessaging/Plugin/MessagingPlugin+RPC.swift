internal import PIMCore
public import PIMPlugin
internal import PIMRPC

extension MessagingPlugin {
    /// `messages.*`: parameters, order of checks and codes as in `spec/messaging.md` §11.
    public var rpcMethods: [PluginRPCMethod] {
        [
            PluginRPCMethod("list_conversations", summary: "Lists conversations, newest activity first.") {
                [self] (_: IgnoredParameters) in try await running.conversations()
            },
            PluginRPCMethod("history", summary: "Reads one page of a conversation, newest first.") {
                [self] (parameters: MessageHistoryParameters) in try await history(parameters)
            },
            PluginRPCMethod("send", summary: "Stores a message and sends it as soon as its peer can be reached.") {
                [self] (parameters: SendMessageParameters) in try await send(parameters)
            },
            PluginRPCMethod("mark_read", summary: "Marks received messages up to a time as read.") {
                [self] (parameters: MarkReadParameters) in
                let peer = try Self.peer(parameters.peerNodeID, in: "mark_read")
                return try await running.markRead(with: peer, upTo: parameters.upToMilliseconds)
            },
            PluginRPCMethod("delete_conversation", summary: "Deletes the messages to and from one peer here.") {
                [self] (parameters: DeleteConversationParameters) in
                let peer = try Self.peer(parameters.peerNodeID, in: "delete_conversation")
                return try await running.deleteConversation(with: peer)
            },
            PluginRPCMethod("delete_all", summary: "Deletes all messages here.") {
                [self] (_: IgnoredParameters) in try await running.deleteAll()
            },
        ]
    }

    /// The body is looked at before the peer (`spec/messaging.md` §11).
    private func send(_ parameters: SendMessageParameters) async throws -> SendMessageResult {
        guard !parameters.body.isEmpty else {
            throw RPCError(.invalidParams, "send: “body” must be a non-empty text")
        }
        let size = parameters.body.utf8.count
        guard size <= SendMessageParameters.maximumBodySize else {
            throw RPCError(
                .messageBodyTooLarge,
                "send: “body” has \(size) bytes, the most is \(SendMessageParameters.maximumBodySize)")
        }
        let peer = try Self.peer(parameters.peerNodeID, in: "send")
        return try await running.send(parameters.body, to: peer)
    }

    private func history(_ parameters: MessageHistoryParameters) async throws -> MessageHistoryPage {
        let peer = try Self.peer(parameters.peerNodeID, in: "history")
        let before = try parameters.beforeID.map { text in
            guard let id = MessageID(hex: text) else {
                throw RPCError(.invalidParams, "history: “before_id” is not a message id of 32 hex digits")
            }
            return id
        }
        let limit = parameters.limit ?? MessageHistoryParameters.defaultLimit
        return try await running.history(
            with: peer, beforeMilliseconds: parameters.beforeMilliseconds, beforeID: before,
            limit: min(max(limit, 1), MessageHistoryParameters.maximumLimit))
    }

    /// 32 hex digits of either case, everywhere (`spec/messaging.md` §11).
    private static func peer(_ text: String, in method: String) throws -> NodeID {
        do {
            return try NodeID(parsing: text)
        } catch {
            throw RPCError(.invalidParams, "\(method): “peer_node_id”: \(error.message)")
        }
    }
}
