public import PIMCore

/// The parameters of `messages.mark_read`.
public struct MarkReadParameters: Sendable, Hashable, Codable {
    /// 32 hex digits, checked by the method.
    public var peerNodeID: String
    /// Messages up to and including this time become read, in milliseconds since 1970.
    public var upToMilliseconds: Int64

    public init(peer: NodeID, upToMilliseconds: Int64) {
        peerNodeID = peer.description
        self.upToMilliseconds = upToMilliseconds
    }

    enum CodingKeys: String, CodingKey {
        case peerNodeID = "peer_node_id"
        case upToMilliseconds = "up_to_ts_ms"
    }
}
