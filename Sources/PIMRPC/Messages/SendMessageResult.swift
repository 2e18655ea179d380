/// The result of `messages.send`, answered when the message is on disk.
public struct SendMessageResult: Sendable, Hashable, Codable {
    public var id: MessageID
    /// When it was sent, by this node's clock.
    public var timestampMilliseconds: Int64
    /// As first stored, that is `pending`; what follows is told by `message_status` events.
    public var status: MessageStatus

    public init(id: MessageID, timestampMilliseconds: Int64, status: MessageStatus) {
        self.id = id
        self.timestampMilliseconds = timestampMilliseconds
        self.status = status
    }

    enum CodingKeys: String, CodingKey {
        case id, status
        case timestampMilliseconds = "timestamp_ms"
    }
}
