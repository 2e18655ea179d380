import PIMCore

/// The numbers of the distance-vector protocol.
struct RoutingRules: Sendable, Hashable {
    /// Distance that means unreachable (`spec/routing.md` §2).
    static let infinity: UInt8 = 16
    /// A frame starts with ttl 8 and so crosses 8 relays: nothing farther than 9 hops can be reached
    /// (`spec/wire.md` §9.3), whatever `routing.max_hops` says.
    static let reach: UInt8 = 9

    /// Distances above this are not used; 1 to `reach`.
    var maximumHops: UInt8 = RoutingRules.reach
    /// An accepted update is worth this long; neighbours repeat theirs every 5 s (`spec/routing.md` §16.4).
    var expiry: Duration = .seconds(30)
    /// How long a lost destination takes only offers that cannot be an echo of the lost one (`spec/routing.md` §16.3).
    /// Long enough for triggered updates to have crossed the mesh, short enough to fail over within a second.
    var holdDown: Duration = .milliseconds(800)
}
