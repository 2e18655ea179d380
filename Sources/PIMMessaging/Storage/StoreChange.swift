internal import PIMCore
internal import PIMRPC

/// One thing to be written. Changes are applied in the order they were queued, many in one transaction.
enum StoreChange: Sendable {
    case insert(OutgoingMessage)
    case receive(IncomingMessage)
    /// A receipt from `peer` for a message of ours.
    case acknowledge(MessageID, peer: NodeID, ReceiptKind, atMilliseconds: Int64)
    /// The mesh took the message for the first time.
    case markSent(MessageID, peer: NodeID, atMilliseconds: Int64)
    case fail(MessageID, peer: NodeID, MessageFailureReason, atMilliseconds: Int64)
    /// Gives up everything that waits for the peer.
    case failWaiting(peer: NodeID, MessageFailureReason, atMilliseconds: Int64)
    case markRead(peer: NodeID, upToMilliseconds: Int64)
    /// `isAsked`: by a client, who is told even if there was nothing to delete.
    case deleteConversation(peer: NodeID, atMilliseconds: Int64, isAsked: Bool)
    case deleteAll(atMilliseconds: Int64)
}
