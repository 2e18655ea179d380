public import PIMCore

/// Parameters of `diagnostics.trace`.
public struct TraceParameters: Codable, Sendable, Hashable {
    public var nodeID: NodeID
    /// How long to wait for each node, 1…60,000; default 3,000.
    public var timeoutMilliseconds: Int?

    public init(nodeID: NodeID, timeoutMilliseconds: Int? = nil) {
        self.nodeID = nodeID
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    enum CodingKeys: String, CodingKey {
        case nodeID = "node_id"
        case timeoutMilliseconds = "timeout_ms"
    }
}

/// The result of `diagnostics.trace`: the way as the nodes on it tell it, as far as they answered.
public struct TraceResult: Codable, Sendable, Hashable {
    /// One node on the way, the nearest first.
    public struct Hop: Codable, Sendable, Hashable {
        public var nodeID: NodeID
        @ExplicitNull public var name: String?
        /// Milliseconds; `null` when it did not answer in time, as nodes of the reference implementation never do.
        @ExplicitNull public var roundTripMilliseconds: Double?

        public init(nodeID: NodeID, name: String?, roundTripMilliseconds: Double?) {
            self.nodeID = nodeID
            self.name = name
            self.roundTripMilliseconds = roundTripMilliseconds
        }

        enum CodingKeys: String, CodingKey {
            case name
            case nodeID = "node_id"
            case roundTripMilliseconds = "rtt_ms"
        }
    }

    public var nodeID: NodeID
    public var hops: [Hop]
    /// Whether the last hop is the node, and answered.
    public var reached: Bool
    /// Why the trace ends before the node: a hop that does not answer, that knows no way, or that leads back.
    @ExplicitNull public var reason: String?

    public init(nodeID: NodeID, hops: [Hop], reached: Bool, reason: String?) {
        self.nodeID = nodeID
        self.hops = hops
        self.reached = reached
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case hops, reached, reason
        case nodeID = "node_id"
    }
}
