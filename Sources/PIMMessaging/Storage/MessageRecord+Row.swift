internal import Foundation
internal import GRDB
internal import PIMCore
internal import PIMRPC

extension MessageRecord {
    /// `nil` for a row that breaks the table's own checks, so that one such row does not hide the others.
    init?(row: Row, peer: NodeID) {
        guard let id = MessageID(hex: row["id"] as String),
            let direction = MessageDirection(rawValue: row["direction"]),
            let status = MessageStatus(rawValue: row["status"])
        else { return nil }
        let body: Data = row["body"]
        let reason: String? = row["failure_reason"]
        let verified: Bool? = row["verified"]
        self.init(
            id: id, peerNodeID: peer, direction: direction, body: String(decoding: body, as: UTF8.self),
            timestampMilliseconds: row["timestamp_ms"], status: status,
            failureReason: reason.map(MessageFailureReason.init(rawValue:)),
            deliveredAtMilliseconds: row["delivered_at_ms"], readAtMilliseconds: row["read_at_ms"],
            failedAtMilliseconds: row["failed_at_ms"],
            verified: direction == .received ? verified ?? false : nil)
    }
}
