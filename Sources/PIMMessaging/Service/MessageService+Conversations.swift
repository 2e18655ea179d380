internal import PIMCore
internal import PIMPlugin
internal import PIMRPC

extension MessageService {
    func conversations() async throws -> ConversationList {
        let stored = try await reading { try await self.store.conversations() }
        return ConversationList(conversations: stored.map { summary(of: $0) })
    }

    /// - Throws: `RPCError`: the cursor names no message of the conversation; the store failed.
    func history(
        with peer: NodeID, beforeMilliseconds: Int64?, beforeID: MessageID?, limit: Int
    ) async throws -> MessageHistoryPage {
        let page = try await reading {
            try await self.store.history(
                with: peer, beforeMilliseconds: beforeMilliseconds, beforeID: beforeID, limit: limit)
        }
        guard let page else {
            throw RPCError(.invalidParams, "history: “before_id” is no message of this conversation")
        }
        return page
    }

    func markRead(with peer: NodeID, upTo time: Int64) async throws -> MarkReadResult {
        guard case .read(_, let unread, _) = try await commit(.markRead(peer: peer, upToMilliseconds: time)) else {
            throw RPCError(.internalError, "mark_read went wrong")
        }
        return MarkReadResult(unreadCount: unread)
    }

    /// Deletes a conversation, what waits in it to be sent included, and always tells (`spec/messaging.md` §12).
    func deleteConversation(with peer: NodeID) async throws -> DeleteConversationResult {
        let (messages, conversations) = try await delete(
            .deleteConversation(peer: peer, atMilliseconds: clock.wallMilliseconds, isAsked: true))
        return DeleteConversationResult(deletedMessages: messages, deletedConversation: conversations > 0)
    }

    func deleteAll() async throws -> DeleteAllMessagesResult {
        let (messages, conversations) = try await delete(.deleteAll(atMilliseconds: clock.wallMilliseconds))
        return DeleteAllMessagesResult(deletedMessages: messages, deletedConversations: conversations)
    }

    /// A peer left the directory: its conversation is wiped, or kept, and then what waits for it is given up, for it
    /// would wait for ever (`spec/messaging.md` §13).
    func forget(_ event: PeerForgotten) async throws -> ForgetSummary {
        let now = clock.wallMilliseconds
        if event.keepData {
            _ = try await commit(.failWaiting(peer: event.peer, .forgotten, atMilliseconds: now))
            return ForgetSummary()
        }
        let (messages, conversations) = try await delete(
            .deleteConversation(peer: event.peer, atMilliseconds: now, isAsked: false))
        return ForgetSummary(["messages": messages, "conversations": conversations])
    }

    private func delete(_ change: StoreChange) async throws -> (messages: Int, conversations: Int) {
        guard case .deleted(let messages, let conversations) = try await commit(change) else {
            throw RPCError(.internalError, "deleting went wrong")
        }
        return (messages, conversations)
    }

    private func reading<Value>(_ read: () async throws -> Value) async throws -> Value {
        do {
            return try await read()
        } catch let error where !(error is CancellationError) {
            throw MessageStore.rpcError(for: error)
        }
    }
}
