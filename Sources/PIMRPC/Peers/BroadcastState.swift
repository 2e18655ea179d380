/// The result of `peers.broadcast_identity_now` (`spec/rpc.md` §5.2).
public struct BroadcastResult: Codable, Sendable, Hashable {
    /// Nodes this node had a route to; each is sent an announcement of its own, a few a second.
    public var recipients: Int
    /// Unix milliseconds.
    public var sentAtMilliseconds: Int64

    public init(recipients: Int, sentAtMilliseconds: Int64) {
        self.recipients = recipients
        self.sentAtMilliseconds = sentAtMilliseconds
    }

    enum CodingKeys: String, CodingKey {
        case recipients
        case sentAtMilliseconds = "sent_at_ms"
    }
}

/// The result of `peers.get_broadcast_state` (`spec/rpc.md` §5.2).
public struct BroadcastState: Codable, Sendable, Hashable {
    /// `null` when nothing is announced periodically.
    @ExplicitNull public var outgoingIntervalSeconds: UInt64?
    public var watchIncoming: Bool
    public var minimumPeerIntervalSeconds: UInt64
    /// Unix milliseconds; `null` before the first time.
    @ExplicitNull public var lastBroadcastMilliseconds: Int64?
    @ExplicitNull public var lastRecipientCount: UInt64?

    public init(
        outgoingIntervalSeconds: UInt64?, watchIncoming: Bool, minimumPeerIntervalSeconds: UInt64,
        lastBroadcastMilliseconds: Int64?, lastRecipientCount: UInt64?
    ) {
        self.outgoingIntervalSeconds = outgoingIntervalSeconds
        self.watchIncoming = watchIncoming
        self.minimumPeerIntervalSeconds = minimumPeerIntervalSeconds
        self.lastBroadcastMilliseconds = lastBroadcastMilliseconds
        self.lastRecipientCount = lastRecipientCount
    }

    enum CodingKeys: String, CodingKey {
        case outgoingIntervalSeconds = "outgoing_interval_s"
        case watchIncoming = "watch_incoming"
        case minimumPeerIntervalSeconds = "min_peer_interval_s"
        case lastBroadcastMilliseconds = "last_broadcast_ms"
        case lastRecipientCount = "last_recipient_count"
    }
}
