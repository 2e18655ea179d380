import PIMCore

/// The selected way to a destination.
struct Route: Sendable, Hashable {
    var nextHop: NodeID
    /// 1 for a neighbour.
    var hops: UInt8
    var isGateway: Bool
    /// When this next hop or distance was taken.
    var since: MonotonicTime
    /// The smallest distance held since the destination was last lost. Neighbours nearer than this cannot be reaching
    /// the destination through us (`spec/routing.md` §16.3).
    var feasibleDistance: UInt8
    /// When `feasibleDistance` rises to the distance in use; `nil` while they are equal.
    var relaxes: MonotonicTime?
}
