public import PIMCore

/// The parameters of `messages.send`.
public struct SendMessageParameters: Sendable, Hashable, Codable {
    /// The longest body, in bytes of UTF-8 (`spec/messaging.md` §15).
    public static let maximumBodySize = 8192

    /// 32 hex digits, checked by the method after the body.
    public var peerNodeID: String
    /// 1–``maximumBodySize`` bytes of UTF-8.
    public var body: String

    public init(peer: NodeID, body: String) {
        peerNodeID = peer.description
        self.body = body
    }

    enum CodingKeys: String, CodingKey {
        case body
        case peerNodeID = "peer_node_id"
    }
}
