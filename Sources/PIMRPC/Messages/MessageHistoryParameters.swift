public import PIMCore

/// The parameters of `messages.history`.
public struct MessageHistoryParameters: Sendable, Hashable, Codable {
    /// The most messages one page can have.
    public static let maximumLimit = 500
    /// The page size when the client asks for none.
    public static let defaultLimit = 100

    /// 32 hex digits, checked by the method.
    public var peerNodeID: String
    /// Only messages strictly older than this, by the sender's clock.
    public var beforeMilliseconds: Int64?
    /// Only messages that stand behind this one. Unlike a time it skips nothing at the edge of a page, so prefer it;
    /// given both, the identifier counts if it is still known. Not part of the reference's method.
    public var beforeID: String?
    /// Clamped to 1…``maximumLimit``; `nil` means ``defaultLimit``.
    public var limit: Int?

    public init(peer: NodeID, beforeMilliseconds: Int64? = nil, beforeID: MessageID? = nil, limit: Int? = nil) {
        peerNodeID = peer.description
        self.beforeMilliseconds = beforeMilliseconds
        self.beforeID = beforeID?.description
        self.limit = limit
    }

    enum CodingKeys: String, CodingKey {
        case limit
        case peerNodeID = "peer_node_id"
        case beforeMilliseconds = "before_ts_ms"
        case beforeID = "before_id"
    }
}
