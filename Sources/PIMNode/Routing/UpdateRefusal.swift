/// Why a route update was not taken. None of these burns its sequence number (`spec/routing.md` §16.11).
enum UpdateRefusal: Error, Sendable, Hashable {
    /// Not from the neighbour itself.
    case foreignOrigin
    /// Not newer than the last one.
    case stale
    /// Puts a node other than its origin at distance 0.
    case distanceLie
    /// From a node without a session.
    case notANeighbour
}
