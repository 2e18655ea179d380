import PIMCore

/// What a step did to the routing table, in the order it happened.
struct RouteChanges: Sendable {
    /// Destinations that became reachable.
    var added: [NodeID] = []
    /// Destinations that became unreachable.
    var removed: [NodeID] = []
    /// Anything a neighbour has to be told: also other next hops, distances and gateway flags.
    var isSignificant = false

    mutating func formUnion(_ other: RouteChanges) {
        added += other.added
        removed += other.removed
        isSignificant = isSignificant || other.isSignificant
    }
}
