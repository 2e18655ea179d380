internal import GRDB
internal import PIMCore

extension MessageTransaction {
    func deleteConversation(peer: NodeID, at time: Int64) throws -> StoreOutcome {
        let peer = peer.description
        try remember(where: "peer_node_id = ?", [peer], erasedAt: time)
        let messages = try execute("DELETE FROM messages WHERE peer_node_id = ?", [peer])
        let conversations = try execute("DELETE FROM conversations_meta WHERE peer_node_id = ?", [peer])
        return .deleted(messages: messages, conversations: conversations)
    }

    func deleteAll(at time: Int64) throws -> StoreOutcome {
        try remember(where: "TRUE", [], erasedAt: time)
        let messages = try execute("DELETE FROM messages", [])
        let conversations = try execute("DELETE FROM conversations_meta", [])
        return .deleted(messages: messages, conversations: conversations)
    }

    /// Keeps the identifiers of received messages, and nothing else of them: a sender that missed our receipt sends
    /// again, and what was deleted must stay deleted.
    private func remember(where condition: String, _ arguments: StatementArguments, erasedAt time: Int64) throws {
        try execute(
            """
            INSERT OR IGNORE INTO erased_messages (id, erased_ms)
            SELECT id, ? FROM messages WHERE \(condition) AND direction = 'received' AND arrived_ms > ?
            """,
            [time] + arguments + [time - MessageSchema.erasureMemoryMilliseconds])
    }
}
