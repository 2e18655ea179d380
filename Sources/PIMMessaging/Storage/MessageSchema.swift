internal import GRDB

/// The tables of `messages.db`: those of the reference (`spec/messaging.md` §8.2, §8.3), to which our own columns are
/// added nullable or with a default, so that a reference daemon can still open the file.
enum MessageSchema {
    /// Goes up with every migration; reference files have 0.
    static let version = 2

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
        migrator.registerMigration("reference tables") { try $0.execute(sql: reference) }
        migrator.registerMigration("outbox and order of arrival") { database in
            try database.execute(sql: columns)
            try database.execute(sql: indexes)
            try database.execute(sql: adoption)
            try database.execute(sql: "PRAGMA user_version = \(version)")
        }
        return migrator
    }

    private static let reference = """
        CREATE TABLE IF NOT EXISTS messages (
            id              TEXT PRIMARY KEY,
            peer_node_id    TEXT NOT NULL,
            direction       TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
            body            TEXT NOT NULL,
            timestamp_ms    INTEGER NOT NULL,
            status          TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'delivered', 'read', 'failed')),
            failure_reason  TEXT,
            delivered_at_ms INTEGER,
            read_at_ms      INTEGER
        );
        CREATE INDEX IF NOT EXISTS idx_messages_peer_ts ON messages (peer_node_id, timestamp_ms DESC);
        CREATE TABLE IF NOT EXISTS conversations_meta (
            peer_node_id         TEXT PRIMARY KEY,
            unread_count         INTEGER NOT NULL DEFAULT 0,
            last_read_message_id TEXT,
            last_message_id      TEXT,
            last_message_preview TEXT,
            last_message_ts_ms   INTEGER
        );
        """

    /// `order_ms` is the place in the history (see ``HistoryPlace``), `arrived_ms` the local time of storing, `queued`
    /// 1 while the outbox is responsible for the message. `erased_messages` remembers received messages that were
    /// deleted, so that a resend does not bring them back.
    private static let columns = """
        ALTER TABLE messages ADD COLUMN arrived_ms INTEGER;
        ALTER TABLE messages ADD COLUMN order_ms INTEGER;
        ALTER TABLE messages ADD COLUMN failed_at_ms INTEGER;
        ALTER TABLE messages ADD COLUMN verified INTEGER;
        ALTER TABLE messages ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE conversations_meta ADD COLUMN last_activity_ms INTEGER;
        ALTER TABLE conversations_meta ADD COLUMN message_count INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE conversations_meta ADD COLUMN byte_count INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE erased_messages (id TEXT PRIMARY KEY, erased_ms INTEGER NOT NULL) WITHOUT ROWID;
        """

    private static let indexes = """
        CREATE INDEX messages_by_place ON messages (peer_node_id, order_ms DESC, id DESC);
        CREATE INDEX messages_unread ON messages (peer_node_id) WHERE direction = 'received' AND status <> 'read';
        CREATE INDEX messages_queued ON messages (peer_node_id) WHERE queued = 1;
        CREATE INDEX messages_unplaced ON messages (id) WHERE order_ms IS NULL;
        """

    /// Gives an earlier daemon's rows their place. What is `pending` there was never sent (`spec/messaging.md` §9.1),
    /// so the outbox takes it; `sent` and `failed` were final for whoever saw them. Conversations missing because the
    /// reference stores message and conversation in two steps (§8.4) are made good.
    private static let adoption = """
        UPDATE messages SET order_ms = timestamp_ms;
        UPDATE messages SET queued = 1 WHERE direction = 'sent' AND status = 'pending';
        INSERT OR IGNORE INTO conversations_meta
            (peer_node_id, unread_count, last_message_id, last_message_preview, last_message_ts_ms)
        SELECT peer_node_id, SUM(direction = 'received' AND status <> 'read'), id,
               REPLACE(SUBSTR(body, 1, 80), CHAR(10), ' '), MAX(timestamp_ms)
        FROM messages GROUP BY peer_node_id;
        UPDATE conversations_meta SET
            last_activity_ms = last_message_ts_ms,
            message_count = (SELECT COUNT(*) FROM messages m WHERE m.peer_node_id = conversations_meta.peer_node_id),
            byte_count = (SELECT COALESCE(SUM(LENGTH(CAST(body AS BLOB))), 0) FROM messages m
                          WHERE m.peer_node_id = conversations_meta.peer_node_id);
        """

    /// Run at every opening: mends what a reference daemon wrote to the file in between, and forgets erasures that are
    /// older than any sender's patience.
    static func repair(_ database: Database, nowMilliseconds: Int64) throws {
        try database.execute(
            sql: """
                UPDATE messages SET order_ms = timestamp_ms WHERE order_ms IS NULL;
                UPDATE messages SET queued = 0
                    WHERE queued = 1 AND NOT (direction = 'sent' AND status IN ('pending', 'sent'));
                """)
        try database.execute(
            sql: "DELETE FROM erased_messages WHERE erased_ms < ?",
            arguments: [nowMilliseconds - erasureMemoryMilliseconds])
    }

    /// How long a deleted message's identifier is remembered: 30 days, well beyond the default `outbox_ttl_s`.
    static let erasureMemoryMilliseconds: Int64 = 30 * 24 * 3600 * 1000
}
