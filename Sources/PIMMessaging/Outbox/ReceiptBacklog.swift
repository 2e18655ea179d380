internal import PIMCore

/// Receipts that could not leave when they were due, because the way back was not there yet.
///
/// Kept in memory only and at most ``maximum``: a sender that misses its receipt sends the message again and is
/// answered again. When full, further receipts are dropped.
struct ReceiptBacklog: Sendable {
    static let maximum = 10_000

    private var waiting: [NodeID: [ReceiptBody]] = [:]
    private var ready: Set<NodeID> = []
    private(set) var count = 0

    /// Whom receipts wait for.
    var peers: [NodeID] { Array(waiting.keys) }

    func isWaiting(for peer: NodeID) -> Bool { waiting[peer] != nil }

    /// Whether something waits only for a full queue to empty.
    var isReady: Bool { !ready.isEmpty }

    /// Keeps receipts for a peer, in order, behind those already kept.
    ///
    /// - Parameter soon: whether to try again without waiting for news of a route.
    /// - Returns: how many were dropped.
    mutating func keep(_ receipts: some Collection<ReceiptBody>, for peer: NodeID, soon: Bool) -> Int {
        let kept = receipts.prefix(Self.maximum - count)
        if !kept.isEmpty { waiting[peer, default: []] += kept }
        count += kept.count
        if soon { reachable(peer) }
        return receipts.count - kept.count
    }

    /// There may be a way to the peer now.
    mutating func reachable(_ peer: NodeID) {
        if waiting[peer] != nil { ready.insert(peer) }
    }

    /// There may be a way to anybody now.
    mutating func allReachable() {
        ready = Set(waiting.keys)
    }

    /// Takes everything for the peers there may be a way to.
    mutating func takeReady() -> [(peer: NodeID, receipts: [ReceiptBody])] {
        let taken = ready.compactMap { peer in waiting.removeValue(forKey: peer).map { (peer, $0) } }
        count -= taken.reduce(0) { $0 + $1.1.count }
        ready = []
        return taken
    }

    /// Drops what is kept for a peer, or for all.
    mutating func remove(_ peer: NodeID? = nil) {
        guard let peer else {
            self = ReceiptBacklog()
            return
        }
        count -= waiting.removeValue(forKey: peer)?.count ?? 0
        ready.remove(peer)
    }
}
