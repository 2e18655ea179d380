internal import GRDB
internal import PIMCore
internal import PIMRPC

/// Changes of status, each only upwards and only for a message of ours to the peer in question (`spec/messaging.md`
/// §10).
extension MessageTransaction {
    func markSent(_ id: MessageID, peer: NodeID) throws -> StoreOutcome {
        try changed(
            """
            UPDATE messages SET status = 'sent'
            WHERE id = ? AND peer_node_id = ? AND direction = 'sent' AND status = 'pending'
            """,
            [id.description, peer.description])
    }

    /// A receipt proves delivery even of a message that was given up. Rows of reference daemons hold the time of
    /// failure in `delivered_at_ms`.
    func markDelivered(_ id: MessageID, peer: NodeID, at time: Int64) throws -> StoreOutcome {
        try changed(
            """
            UPDATE messages SET
                delivered_at_ms = CASE WHEN status = 'failed' THEN ? ELSE COALESCE(delivered_at_ms, ?) END,
                status = 'delivered', failure_reason = NULL, failed_at_ms = NULL, queued = 0
            WHERE \(Self.receiptTarget(fromStatus: "'pending', 'sent', 'failed'"))
            """,
            [time, time, id.description, peer.description])
    }

    func markReadByPeer(_ id: MessageID, peer: NodeID, at time: Int64) throws -> StoreOutcome {
        try changed(
            """
            UPDATE messages SET
                delivered_at_ms = CASE WHEN status = 'failed' THEN NULL ELSE delivered_at_ms END,
                read_at_ms = COALESCE(read_at_ms, ?),
                status = 'read', failure_reason = NULL, failed_at_ms = NULL, queued = 0
            WHERE \(Self.receiptTarget(fromStatus: "'pending', 'sent', 'delivered', 'failed'"))
            """,
            [time, id.description, peer.description])
    }

    /// The row a receipt may change, by identifier and source.
    private static func receiptTarget(fromStatus statuses: String) -> String {
        let conditions = [
            (SafetyRule.receiptPeer, "peer_node_id = ?"), (.receiptDirection, "direction = 'sent'"),
            (.receiptRank, "status IN (\(statuses))"),
        ]
        return conditions.reduce("id = ?") { clause, next in
            clause + " AND (" + (next.0.permits(false) ? "TRUE OR " : "") + next.1 + ")"
        }
    }

    /// The time of failure is not stored as one of delivery (`spec/messaging.md` §18.15).
    func fail(_ id: MessageID, peer: NodeID, _ reason: MessageFailureReason, at time: Int64) throws -> StoreOutcome {
        try changed(
            """
            UPDATE messages SET status = 'failed', failure_reason = ?, failed_at_ms = ?, queued = 0
            WHERE id = ? AND peer_node_id = ? AND direction = 'sent' AND status IN ('pending', 'sent')
            """,
            [reason.rawValue, time, id.description, peer.description])
    }

    func failWaiting(peer: NodeID, _ reason: MessageFailureReason, at time: Int64) throws -> StoreOutcome {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE messages SET status = 'failed', failure_reason = ?, failed_at_ms = ?, queued = 0
                WHERE peer_node_id = ? AND queued = 1 AND status IN ('pending', 'sent') RETURNING id
                """)
        let failed = try String.fetchAll(statement, arguments: [reason.rawValue, time, peer.description])
        return .failedWaiting(failed.compactMap { MessageID(hex: $0) })
    }

    private func changed(_ sql: String, _ arguments: StatementArguments) throws -> StoreOutcome {
        try execute(sql, arguments) > 0 ? .statusChanged : .unchanged
    }
}
