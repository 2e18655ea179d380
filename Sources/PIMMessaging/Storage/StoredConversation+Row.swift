internal import Foundation
internal import GRDB
internal import PIMCore

extension StoredConversation {
    /// What ``init(row:)`` reads.
    static let columns = "peer_node_id, unread_count, CAST(last_message_preview AS BLOB) AS preview, last_message_ts_ms"

    /// `nil` for a peer that is not a node id.
    init?(row: Row) {
        guard let peer = try? NodeID(parsing: row["peer_node_id"]) else { return nil }
        let preview: Data? = row["preview"]
        self.init(
            peer: peer, unreadCount: row["unread_count"],
            lastMessagePreview: preview.map { String(decoding: $0, as: UTF8.self) },
            lastMessageMilliseconds: row["last_message_ts_ms"])
    }
}
