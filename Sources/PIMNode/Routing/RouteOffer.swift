/// What one neighbour says about one destination.
struct RouteOffer: Sendable, Hashable {
    /// Our distance if we took the offer: the neighbour's own plus one.
    var hops: UInt8
    var isGateway: Bool
}
