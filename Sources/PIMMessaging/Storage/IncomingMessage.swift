internal import PIMCore
internal import PIMRPC

/// A message that arrived, opened.
struct IncomingMessage: Sendable, Hashable {
    var id: MessageID
    var peer: NodeID
    var body: String
    /// The sender's clock.
    var timestampMilliseconds: Int64
    var arrivedMilliseconds: Int64
    /// Whether the mesh proved that it is from `peer`.
    var isVerified: Bool

    var record: MessageRecord {
        MessageRecord(
            id: id, peerNodeID: peer, direction: .received, body: body, timestampMilliseconds: timestampMilliseconds,
            status: .delivered, deliveredAtMilliseconds: arrivedMilliseconds, verified: isVerified)
    }
}
