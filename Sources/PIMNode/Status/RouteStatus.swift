public import PIMCore

/// The selected route to a destination, as `route.table` shows it.
public struct RouteStatus: Sendable, Hashable {
    public var destination: NodeID
    /// Also the neighbour the route was learned from.
    public var nextHop: NodeID
    public var hops: UInt8
    public var isGateway: Bool
    /// 0 to 255; known for neighbouring gateways.
    public var gatewayLoad: UInt8
    public var roundTripMilliseconds: UInt32?
    /// Derived from the destination's NodeID.
    public var meshIPv4: IPv4Address
    /// When this next hop or distance was taken.
    public var since: MonotonicTime
    /// When the next hop last confirmed it.
    public var refreshed: MonotonicTime
}
