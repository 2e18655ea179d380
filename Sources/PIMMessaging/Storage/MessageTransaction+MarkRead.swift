internal import GRDB
internal import PIMCore
internal import PIMRPC

extension MessageTransaction {
    /// Marks received messages up to a time as read and counts afresh what is left (`spec/messaging.md` §18.12).
    ///
    /// A message counts as up to then if it was sent or if it arrived by then: the time a client gives may come from
    /// its own clock or from the last message it shows, and senders' clocks differ.
    func markRead(peer: NodeID, upTo time: Int64) throws -> StoreOutcome {
        let peerText = peer.description
        let update = try database.cachedStatement(
            sql: """
                UPDATE messages SET status = 'read', read_at_ms = COALESCE(read_at_ms, ?)
                WHERE peer_node_id = ? AND direction = 'received' AND status <> 'read'
                    AND MIN(timestamp_ms, COALESCE(arrived_ms, timestamp_ms)) <= ?
                RETURNING id, order_ms
                """)
        let rows = try Row.fetchAll(update, arguments: [time, peerText, time])
        let read = rows.map { row -> (place: Int64, id: String) in (row["order_ms"], row["id"]) }.sorted { $0 < $1 }
        let unread: Int =
            try value(
                "SELECT COUNT(*) FROM messages WHERE peer_node_id = ? AND direction = 'received' AND status <> 'read'",
                [peerText]) ?? 0
        let touched = try execute(
            """
            UPDATE conversations_meta SET
                unread_count = ?, last_read_message_id = COALESCE(?, last_read_message_id)
            WHERE peer_node_id = ? AND (unread_count <> ? OR ?)
            """,
            [unread, read.last?.id, peerText, unread, !read.isEmpty])
        return .read(
            read.compactMap { MessageID(hex: $0.id) }, unread: unread,
            changed: touched > 0 ? try conversation(with: peer) : nil)
    }

    private func conversation(with peer: NodeID) throws -> StoredConversation? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(StoredConversation.columns) FROM conversations_meta WHERE peer_node_id = ?")
        return try Row.fetchOne(statement, arguments: [peer.description]).flatMap(StoredConversation.init(row:))
    }
}
