import Foundation
import GRDB
import PIMCore

/// Rows of `peers_seen` and back.
extension Database {
    /// The most valuable rows, at most `limit`. Rows without a NodeID or without a key of 32 bytes are none.
    func peerRows(limit: Int) throws -> KeystoreDatabase.Content {
        var content = KeystoreDatabase.Content()
        let hasStates = try columns(in: "peers_seen").contains { $0.name == "key_state" }
        let order = hasStates ? "linked + contacted + imported > 0 DESC, last_seen_ms DESC" : "last_seen_ms DESC"
        let rows = try Row.fetchCursor(self, sql: "SELECT * FROM peers_seen ORDER BY \(order)")
        while let row = try rows.next() {
            guard let (peer, record) = row.peer else { continue }
            guard content.rows.count < limit else {
                content.isTruncated = true
                break
            }
            content.rows[peer] = record
        }
        return content
    }

    func apply(_ batch: KeystoreDatabase.Batch) throws {
        var removed = batch.removed.map(\.description)
        if batch.isComplete {
            for value in try DatabaseValue.fetchAll(self, sql: "SELECT node_id FROM peers_seen") {
                guard let text = String.fromDatabaseValue(value), let peer = try? NodeID(parsing: text) else {
                    continue
                }
                if batch.rows[peer] == nil || text != peer.description { removed.append(text) }
            }
        }
        for text in removed {
            try execute(sql: "DELETE FROM peers_seen WHERE node_id = ?", arguments: [text])
        }
        guard !batch.rows.isEmpty else { return }
        let insert = try makeStatement(
            sql: """
                INSERT INTO peers_seen (node_id, x25519_pub, last_known_name, first_seen_ms, last_seen_ms, key_state,
                    linked, contacted, imported, pin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (node_id) DO UPDATE SET x25519_pub = excluded.x25519_pub,
                    last_known_name = excluded.last_known_name, first_seen_ms = excluded.first_seen_ms,
                    last_seen_ms = excluded.last_seen_ms, key_state = excluded.key_state, linked = excluded.linked,
                    contacted = excluded.contacted, imported = excluded.imported, pin = excluded.pin
                """)
        for (peer, record) in batch.rows {
            try insert.execute(arguments: [
                peer.description, Data(record.key.bytes), record.name, Int64(clamping: record.firstSeen),
                Int64(clamping: record.lastSeen), record.keyState.rawValue, record.wasLinked, record.wasContacted,
                record.wasImported, Int64(record.pin),
            ])
        }
    }
}

extension Row {
    /// The row as a record. Nothing is taken for granted: other programs write this file as well.
    fileprivate var peer: (NodeID, PeerRecord)? {
        guard let text: String = value("node_id"), let peer = try? NodeID(parsing: text),
            let blob: Data = value("x25519_pub"), let key = X25519PublicKey(blob)
        else { return nil }
        let state = KeyState(rawValue: value("key_state") ?? 0) ?? .claimed
        let seen: Int64 = value("last_seen_ms") ?? 0
        var record = PeerRecord(
            key: key, keyState: state, name: value("last_known_name") ?? "", seen: UInt64(clamping: seen))
        record.firstSeen = UInt64(clamping: value("first_seen_ms") ?? seen)
        record.wasLinked = value("linked") ?? false
        record.wasContacted = value("contacted") ?? false
        record.wasImported = value("imported") ?? false
        record.pin = UInt32(truncatingIfNeeded: value("pin") ?? Int64(0))
        return (peer, record)
    }

    /// `nil` for a missing column and for a value of another type.
    private func value<Value: DatabaseValueConvertible>(_ column: String) -> Value? {
        guard hasColumn(column) else { return nil }
        let stored: DatabaseValue = self[column]
        return Value.fromDatabaseValue(stored)
    }
}
