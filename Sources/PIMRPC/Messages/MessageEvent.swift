public import PIMCore

/// What `messages.event` carries (`spec/messaging.md` §12, `spec/rpc.md` §6.3).
///
/// `message_queued`, `conversation_changed` and `resync` are not known to reference daemons and clients; a client that
/// meets a kind it does not know ignores it.
public enum MessageEvent: Sendable, Hashable {
    /// A message arrived and is on disk. Told once for each message.
    case received(MessageRecord, in: ConversationSummary)
    /// A message of ours is on disk and waits to leave: how other clients hear of it.
    case queued(MessageRecord, in: ConversationSummary)
    /// The status of a message changed.
    case status(StatusChange)
    /// Unread messages were marked read.
    case conversationChanged(ConversationSummary)
    /// Messages were deleted; `peer` is `nil` when it was everything.
    case historyCleared(peer: NodeID?, deletedMessages: Int)
    /// The daemon's directory learned something about a peer, or forgot it. Published by the daemon, with or without
    /// the messaging plugin.
    case peerSeen(PeerSighting)
    /// Events were lost on this connection; what is shown must be read afresh.
    case resync
    /// A kind this library does not know.
    case unknown(kind: String)

    /// A message got another status.
    public struct StatusChange: Sendable, Hashable {
        public var messageID: MessageID
        public var peerNodeID: NodeID
        public var newStatus: MessageStatus
        public var atMilliseconds: Int64
        /// Why it failed; `nil` otherwise. Not part of the reference's event.
        public var reason: MessageFailureReason?

        public init(
            messageID: MessageID, peerNodeID: NodeID, newStatus: MessageStatus, atMilliseconds: Int64,
            reason: MessageFailureReason? = nil
        ) {
            self.messageID = messageID
            self.peerNodeID = peerNodeID
            self.newStatus = newStatus
            self.atMilliseconds = atMilliseconds
            self.reason = reason
        }
    }

    /// A peer's identity was seen. A forgotten peer is told as one with an empty name, no key, `via` direct.
    public struct PeerSighting: Sendable, Hashable, Codable {
        /// How the identity came here.
        public enum Path: String, Sendable, Hashable, Codable, CaseIterable {
            case direct
            case routed
        }

        public var peerNodeID: NodeID
        public var name: String
        public var isKeyKnown: Bool
        public var via: Path

        public init(peerNodeID: NodeID, name: String, isKeyKnown: Bool, via: Path) {
            self.peerNodeID = peerNodeID
            self.name = name
            self.isKeyKnown = isKeyKnown
            self.via = via
        }

        enum CodingKeys: String, CodingKey {
            case name, via
            case peerNodeID = "peer_node_id"
            case isKeyKnown = "x25519_known"
        }
    }
}
