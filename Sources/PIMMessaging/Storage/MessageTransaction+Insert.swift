internal import GRDB
internal import PIMCore
internal import PIMRPC

extension MessageTransaction {
    /// A message of ours and its conversation, in one step (`spec/messaging.md` §18.3).
    func insert(_ message: OutgoingMessage) throws -> StoreOutcome {
        let body = bytes(of: message.body)
        try execute(
            """
            INSERT INTO messages (id, peer_node_id, direction, body, timestamp_ms, status, arrived_ms, order_ms, queued)
            VALUES (?, ?, 'sent', CAST(? AS TEXT), ?, 'pending', ?, ?, 1)
            """,
            [
                message.id.description, message.peer.description, body, message.timestampMilliseconds,
                message.timestampMilliseconds, message.timestampMilliseconds,
            ])
        return try bump(
            message.peer, id: message.id, body: message.body, timestamp: message.timestampMilliseconds,
            activity: message.timestampMilliseconds, unread: 0)
    }

    /// An inbound message, unless it is here already. Never replaces a row: a peer knows the identifiers of our own
    /// messages to it (`spec/messaging.md` §14, §18.2).
    func receive(_ message: IncomingMessage) throws -> StoreOutcome {
        let id = message.id.description
        let peer = message.peer.description
        if try wasErased(id) { return .duplicate }
        guard try hasRoom(for: message) else { return try isStored(id, from: peer) ?? .refused }
        let onConflict = SafetyRule.messageIdentity.permits(false) ? "DO UPDATE SET body = excluded.body" : "DO NOTHING"
        let inserted = try execute(
            """
            INSERT INTO messages (id, peer_node_id, direction, body, timestamp_ms, status, delivered_at_ms, arrived_ms,
                                  order_ms, verified)
            VALUES (?, ?, 'received', CAST(? AS TEXT), ?, 'delivered', ?, ?, ?, ?) ON CONFLICT (id) \(onConflict)
            """,
            [
                id, peer, bytes(of: message.body), message.timestampMilliseconds, message.arrivedMilliseconds,
                message.arrivedMilliseconds,
                HistoryPlace.milliseconds(
                    timestamp: message.timestampMilliseconds, arrived: message.arrivedMilliseconds), message.isVerified,
            ])
        guard inserted == 1 else { return try isStored(id, from: peer) ?? .conflict }
        return try bump(
            message.peer, id: message.id, body: message.body, timestamp: message.timestampMilliseconds,
            activity: message.arrivedMilliseconds, unread: 1)
    }

    /// `duplicate` or `conflict` if a message has this identifier, `nil` if none has.
    private func isStored(_ id: String, from peer: String) throws -> StoreOutcome? {
        let isSame: Bool? = try value(
            "SELECT peer_node_id = ? AND direction = 'received' FROM messages WHERE id = ?", [peer, id])
        return isSame.map { $0 ? .duplicate : .conflict }
    }

    private func wasErased(_ id: String) throws -> Bool {
        try value("SELECT 1 FROM erased_messages WHERE id = ?", [id]) == 1
    }

    private func hasRoom(for message: IncomingMessage) throws -> Bool {
        let isBelow: Bool? = try value(
            "SELECT message_count < ? AND byte_count + ? <= ? FROM conversations_meta WHERE peer_node_id = ?",
            [
                limits.messagesPerPeer, message.body.utf8.count, limits.bytesPerPeer, message.peer.description,
            ])
        if let isBelow { return isBelow }
        let conversations: Int? = try value("SELECT COUNT(*) FROM conversations_meta", [])
        return conversations ?? 0 < limits.conversations
    }

    /// The conversation's line follows the message stored last, whatever its time.
    private func bump(
        _ peer: NodeID, id: MessageID, body: String, timestamp: Int64, activity: Int64, unread: Int
    ) throws -> StoreOutcome {
        let preview = MessagePreview.text(of: body)
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO conversations_meta (peer_node_id, unread_count, last_message_id, last_message_preview,
                                                last_message_ts_ms, last_activity_ms, message_count, byte_count)
                VALUES (?, ?, ?, CAST(? AS TEXT), ?, ?, 1, ?)
                ON CONFLICT (peer_node_id) DO UPDATE SET
                    unread_count = unread_count + excluded.unread_count, last_message_id = excluded.last_message_id,
                    last_message_preview = excluded.last_message_preview,
                last_message_ts_ms = excluded.last_message_ts_ms,
                    last_activity_ms = excluded.last_activity_ms, message_count = message_count + 1,
                    byte_count = byte_count + excluded.byte_count
                RETURNING unread_count
                """)
        // To the last row, never fetchOne: a statement with RETURNING must run to its end.
        let unreadCounts = try Int.fetchAll(
            upsert,
            arguments: [
                peer.description, unread, id.description, bytes(of: preview), timestamp, activity, body.utf8.count,
            ])
        return .stored(
            StoredConversation(
                peer: peer, unreadCount: unreadCounts.first ?? 0, lastMessagePreview: preview,
                lastMessageMilliseconds: timestamp))
    }
}
