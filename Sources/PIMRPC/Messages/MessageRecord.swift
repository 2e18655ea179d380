public import PIMCore

/// One stored message as clients see it (`spec/messaging.md` §7.1). No member is ever omitted: what is unset is `null`.
public struct MessageRecord: Sendable, Hashable {
    public var id: MessageID
    /// The other party.
    public var peerNodeID: NodeID
    public var direction: MessageDirection
    public var body: String
    /// Milliseconds since 1970 by the sender's clock. For display: the place in the history is decided by this node.
    public var timestampMilliseconds: Int64
    public var status: MessageStatus
    public var failureReason: MessageFailureReason?
    /// Received: when it was stored. Sent: when the acknowledgement was applied.
    public var deliveredAtMilliseconds: Int64?
    /// Sent: when the read receipt was applied. Received: the `up_to_ts_ms` given to `messages.mark_read`.
    public var readAtMilliseconds: Int64?
    /// When it was given up. Not part of the reference's record.
    public var failedAtMilliseconds: Int64?
    /// Received: whether the mesh proved who sent it; `false` means the peer is a claim of the network. `nil` for
    /// messages of our own. Not part of the reference's record.
    public var verified: Bool?

    public init(
        id: MessageID, peerNodeID: NodeID, direction: MessageDirection, body: String, timestampMilliseconds: Int64,
        status: MessageStatus, failureReason: MessageFailureReason? = nil, deliveredAtMilliseconds: Int64? = nil,
        readAtMilliseconds: Int64? = nil, failedAtMilliseconds: Int64? = nil, verified: Bool? = nil
    ) {
        self.id = id
        self.peerNodeID = peerNodeID
        self.direction = direction
        self.body = body
        self.timestampMilliseconds = timestampMilliseconds
        self.status = status
        self.failureReason = failureReason
        self.deliveredAtMilliseconds = deliveredAtMilliseconds
        self.readAtMilliseconds = readAtMilliseconds
        self.failedAtMilliseconds = failedAtMilliseconds
        self.verified = verified
    }
}

extension MessageRecord: Codable {
    enum CodingKeys: String, CodingKey {
        case id, direction, body, status, verified
        case peerNodeID = "peer_node_id"
        case timestampMilliseconds = "timestamp_ms"
        case failureReason = "failure_reason"
        case deliveredAtMilliseconds = "delivered_at_ms"
        case readAtMilliseconds = "read_at_ms"
        case failedAtMilliseconds = "failed_at_ms"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(peerNodeID, forKey: .peerNodeID)
        try container.encode(direction, forKey: .direction)
        try container.encode(body, forKey: .body)
        try container.encode(timestampMilliseconds, forKey: .timestampMilliseconds)
        try container.encode(status, forKey: .status)
        try container.encode(failureReason, forKey: .failureReason)
        try container.encode(deliveredAtMilliseconds, forKey: .deliveredAtMilliseconds)
        try container.encode(readAtMilliseconds, forKey: .readAtMilliseconds)
        try container.encode(failedAtMilliseconds, forKey: .failedAtMilliseconds)
        try container.encode(verified, forKey: .verified)
    }
}
