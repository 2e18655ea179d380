import GRDB

/// The tables of `peers.db` (`spec/daemon.md` §9). Everything the reference does not know has a default, so that it can
/// go on with a file of ours and we with one of its own.
enum KeystoreSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("identities") { database in
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS peers_seen (
                        node_id TEXT PRIMARY KEY, x25519_pub BLOB NOT NULL, last_known_name TEXT NOT NULL DEFAULT '',
                        first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL);
                    CREATE TABLE IF NOT EXISTS rfcomm_peer_lifecycle (
                        bd_addr TEXT PRIMARY KEY, name TEXT NOT NULL, first_paired_at_s INTEGER NOT NULL,
                        last_connected_at_s INTEGER);
                    CREATE TABLE IF NOT EXISTS bluetooth_pan_lifecycle (
                        bd_addr TEXT PRIMARY KEY, name TEXT NOT NULL, first_paired_at_s INTEGER NOT NULL,
                        last_connected_at_s INTEGER);
                    CREATE TABLE IF NOT EXISTS wfd_peer_lifecycle (
                        mac TEXT PRIMARY KEY, first_seen_at_s INTEGER NOT NULL, last_connected_at_s INTEGER);
                    """)
        }
        migrator.registerMigration("key states") { database in
            for column in ["key_state", "linked", "contacted", "imported"] {
                try database.execute(sql: "ALTER TABLE peers_seen ADD COLUMN \(column) INTEGER NOT NULL DEFAULT 0")
            }
        }
        migrator.registerMigration("pins") { database in
            try database.execute(sql: "ALTER TABLE peers_seen ADD COLUMN pin INTEGER NOT NULL DEFAULT 0")
        }
        return migrator
    }
}
