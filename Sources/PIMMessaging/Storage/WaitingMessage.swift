internal import GRDB
internal import PIMCore
internal import PIMRPC

/// What the outbox needs to know of a stored message.
struct WaitingMessage: Sendable, Hashable {
    var id: MessageID
    var peer: NodeID
    var size: Int
    var timestampMilliseconds: Int64
    /// Whether it left at least once.
    var wasSent: Bool
}

extension WaitingMessage {
    /// `nil` for identifiers that no version of this software writes.
    init?(row: Row) {
        guard let id = MessageID(hex: row["id"] as String), let peer = try? NodeID(parsing: row["peer_node_id"]) else {
            return nil
        }
        self.init(
            id: id, peer: peer, size: row["size"], timestampMilliseconds: row["timestamp_ms"],
            wasSent: row["status"] as String == MessageStatus.sent.rawValue)
    }
}
