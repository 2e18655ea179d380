internal import Foundation
internal import GRDB
internal import PIMCore
internal import PIMRPC

extension MessageStore {
    /// One page of a conversation, newest first (`spec/messaging.md` §9.5), and whether there is more.
    ///
    /// - Returns: `nil` when `beforeID` is not a message of this conversation and no time is given to go by.
    func history(
        with peer: NodeID, beforeMilliseconds: Int64?, beforeID: MessageID?, limit: Int
    ) async throws -> MessageHistoryPage? {
        try await pool.read { database -> MessageHistoryPage? in
            var condition = "peer_node_id = ?"
            var arguments: StatementArguments = [peer.description]
            let cursor = try beforeID.flatMap { try Self.place(of: $0, with: peer, in: database) }
            if let cursor, let beforeID {
                condition += " AND (order_ms, id) < (?, ?)"
                arguments += [cursor, beforeID.description]
            } else if let beforeMilliseconds {
                condition += " AND timestamp_ms < ?"
                arguments += [beforeMilliseconds]
            } else if beforeID != nil {
                return nil
            }
            arguments += [limit + 1]
            let statement = try database.cachedStatement(
                sql: """
                    SELECT id, direction, CAST(body AS BLOB) AS body, timestamp_ms, status, failure_reason,
                           delivered_at_ms, read_at_ms, failed_at_ms, verified
                    FROM messages WHERE \(condition) ORDER BY order_ms DESC, id DESC LIMIT ?
                    """)
            let rows = try Row.fetchAll(statement, arguments: arguments)
            return MessageHistoryPage(
                messages: rows.prefix(limit).compactMap { MessageRecord(row: $0, peer: peer) },
                hasMore: rows.count > limit)
        }
    }

    /// All conversations, the one with the newest activity here first.
    func conversations() async throws -> [StoredConversation] {
        try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(StoredConversation.columns) FROM conversations_meta
                    ORDER BY COALESCE(last_activity_ms, last_message_ts_ms) DESC NULLS LAST, peer_node_id
                    """
            ).compactMap(StoredConversation.init(row:))
        }
    }

    /// Everything the outbox is responsible for, oldest first.
    func waiting() async throws -> [WaitingMessage] {
        try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, peer_node_id, timestamp_ms, status, LENGTH(CAST(body AS BLOB)) AS size
                    FROM messages WHERE queued = 1 ORDER BY rowid
                    """
            ).compactMap(WaitingMessage.init(row:))
        }
    }

    /// The messages with these identifiers that still wait for a receipt.
    func outgoing(_ ids: [MessageID]) async throws -> [MessageID: OutgoingMessage] {
        try await pool.read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT peer_node_id, timestamp_ms, CAST(body AS BLOB) AS body
                    FROM messages WHERE id = ? AND queued = 1
                    """)
            var messages: [MessageID: OutgoingMessage] = [:]
            for id in ids {
                guard let row = try Row.fetchOne(statement, arguments: [id.description]),
                    let peer = try? NodeID(parsing: row["peer_node_id"])
                else { continue }
                let body: Data = row["body"]
                messages[id] = OutgoingMessage(
                    id: id, peer: peer, body: String(decoding: body, as: UTF8.self),
                    timestampMilliseconds: row["timestamp_ms"])
            }
            return messages
        }
    }

    private static func place(of id: MessageID, with peer: NodeID, in database: Database) throws -> Int64? {
        let statement = try database.cachedStatement(
            sql: "SELECT order_ms FROM messages WHERE id = ? AND peer_node_id = ?")
        return try Int64.fetchOne(statement, arguments: [id.description, peer.description])
    }
}
