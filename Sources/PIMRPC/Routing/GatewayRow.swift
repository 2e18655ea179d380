public import PIMCore

/// One gateway of `route.table`.
public struct GatewayRow: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    public var via: NodeID
    public var hops: Int
    /// Lower is better (`spec/routing.md`).
    public var score: UInt32
    public var selected: Bool

    public init(nodeID: NodeID, via: NodeID, hops: Int, score: UInt32, selected: Bool) {
        self.nodeID = nodeID
        self.via = via
        self.hops = hops
        self.score = score
        self.selected = selected
    }

    enum CodingKeys: String, CodingKey {
        case via, hops, score, selected
        case nodeID = "node_id"
    }
}
