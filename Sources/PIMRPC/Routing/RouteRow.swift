public import PIMCore

/// One route of `route.table`.
public struct RouteRow: Codable, Sendable, Hashable {
    /// The mesh IPv4 address of the destination if it is known, else its node id.
    public var destination: String
    /// Ours: the destination's node id, always.
    @ExplicitNull public var nodeID: NodeID?
    /// Ours: what the destination calls itself, if it has introduced itself and has a name.
    @ExplicitNull public var name: String?
    /// The next hop.
    public var via: NodeID
    public var hops: Int
    public var learnedFrom: NodeID
    public var isGateway: Bool
    /// 0–255, as the gateway announced it.
    public var load: Int
    public var ageSeconds: UInt64

    public init(
        destination: String, nodeID: NodeID?, name: String?, via: NodeID, hops: Int, learnedFrom: NodeID,
        isGateway: Bool, load: Int, ageSeconds: UInt64
    ) {
        self.destination = destination
        self.nodeID = nodeID
        self.name = name
        self.via = via
        self.hops = hops
        self.learnedFrom = learnedFrom
        self.isGateway = isGateway
        self.load = load
        self.ageSeconds = ageSeconds
    }

    enum CodingKeys: String, CodingKey {
        case destination, name, via, hops, load
        case nodeID = "node_id"
        case learnedFrom = "learned_from"
        case isGateway = "is_gateway"
        case ageSeconds = "age_s"
    }
}
