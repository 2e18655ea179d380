import Foundation
import GRDB

/// A `messages.db` as a reference daemon leaves it (`spec/messaging.md` §8): its tables, no pragma, `user_version` 0.
enum ReferenceFile {
    static let pending = "11111111111111111111111111111111"
    static let failed = "22222222222222222222222222222222"
    static let received = "33333333333333333333333333333333"
    static let delivered = "44444444444444444444444444444444"

    static func create(at file: URL, peer: String, now: Int64) throws {
        let queue = try DatabaseQueue(path: file.path)
        try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS messages (
                        id TEXT PRIMARY KEY, peer_node_id TEXT NOT NULL,
                        direction TEXT NOT NULL CHECK(direction IN ('sent','received')),
                        body TEXT NOT NULL, timestamp_ms INTEGER NOT NULL,
                        status TEXT NOT NULL CHECK(status IN ('pending','sent','delivered','read','failed')),
                        failure_reason TEXT, delivered_at_ms INTEGER, read_at_ms INTEGER);
                    CREATE INDEX IF NOT EXISTS idx_messages_peer_ts ON messages(peer_node_id, timestamp_ms DESC);
                    CREATE TABLE IF NOT EXISTS conversations_meta (
                        peer_node_id TEXT PRIMARY KEY, unread_count INTEGER NOT NULL DEFAULT 0,
                        last_read_message_id TEXT, last_message_id TEXT, last_message_preview TEXT,
                        last_message_ts_ms INTEGER);
                    """)
            let insert = """
                INSERT INTO messages (id, peer_node_id, direction, body, timestamp_ms, status, failure_reason,
                                      delivered_at_ms, read_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            let rows: [StatementArguments] = [
                [pending, peer, "sent", "never left", now - 4000, "pending", nil, nil, nil],
                [failed, peer, "sent", "no way", now - 3000, "failed", "no_route", now - 2999, nil],
                [received, peer, "received", "Olá\nmesh", now - 2000, "delivered", nil, now - 1999, nil],
                [delivered, peer, "sent", "arrived", now - 1000, "delivered", nil, now - 900, nil],
            ]
            for row in rows { try database.execute(sql: insert, arguments: row) }
        }
        try queue.close()
    }
}
