import PIMCore

/// A directly linked node in the routing table: its latest update, which is always its complete table
/// (`spec/routing.md` §13 I-1).
struct Neighbour: Sendable {
    /// Highest sequence accepted in this session; updates must exceed it.
    var sequence: UInt64 = 0
    /// When the latest update was accepted, or the session began.
    var refreshed: MonotonicTime
    /// Whether its own entry says so.
    var isGateway = false
    /// 0 to 255, from its heartbeats; means something only for gateways.
    var load: UInt8 = 0
    /// What it offers, itself excluded.
    var offers: [NodeID: RouteOffer] = [:]
}
