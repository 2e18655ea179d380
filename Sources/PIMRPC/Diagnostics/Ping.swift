public import PIMCore

/// Parameters of `diagnostics.ping`.
public struct PingParameters: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    /// How long to wait, 1…60,000; default 5,000.
    public var timeoutMilliseconds: Int?
    /// Bytes of filling each way, 0…16,384; default 56.
    public var size: Int?

    public init(nodeID: NodeID, timeoutMilliseconds: Int? = nil, size: Int? = nil) {
        self.nodeID = nodeID
        self.timeoutMilliseconds = timeoutMilliseconds
        self.size = size
    }

    enum CodingKeys: String, CodingKey {
        case size
        case nodeID = "node_id"
        case timeoutMilliseconds = "timeout_ms"
    }
}

/// The result of `diagnostics.ping`.
public struct PingResult: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    @ExplicitNull public var name: String?
    /// From the call to the answer, milliseconds. The first one includes making a session, where there was none.
    public var roundTripMilliseconds: Double
    /// Links crossed on the way there.
    public var hops: Int
    /// The neighbour it went through; the node itself when it is one.
    @ExplicitNull public var via: NodeID?
    /// Bytes of filling that came back.
    public var size: Int

    public init(
        nodeID: NodeID, name: String?, roundTripMilliseconds: Double, hops: Int, via: NodeID?, size: Int
    ) {
        self.nodeID = nodeID
        self.name = name
        self.roundTripMilliseconds = roundTripMilliseconds
        self.hops = hops
        self.via = via
        self.size = size
    }

    enum CodingKeys: String, CodingKey {
        case name, hops, via, size
        case nodeID = "node_id"
        case roundTripMilliseconds = "rtt_ms"
    }
}
