internal import PIMCore
internal import PIMRPC

/// What clients know of the neighbours and of the nodes of `[[peers]]`, to tell them what has changed since.
///
/// Figures that change all the time are no news. Nor is a session that came or went: that has events of its own. Entries
/// nobody has answered for yet are in the lists only: clients tell entries apart by their nodes.
struct ListedPeers: Sendable {
    /// What of an entry is news when it changes.
    private struct Facts: Hashable {
        var state: PeerState
        var label: String?
        var isGateway: Bool
        var isStatic: Bool
        var isMeasured: Bool
        var failure: String?

        init(_ peer: PeerSummary) {
            state = peer.state
            label = peer.label
            isGateway = peer.isGateway
            isStatic = peer.isStatic
            isMeasured = peer.latencyMilliseconds != nil
            failure = peer.failure?.reason
        }
    }

    enum Change: Sendable, Hashable {
        case changed(PeerSummary)
        /// It is in no list any more. Where a session ended its own event said so before, or says so now: clients that hear it
        /// twice lose nothing, and none keeps a neighbour that went while the lists were compared.
        case removed(PeerSummary)
    }

    private var listed: [NodeID: PeerSummary] = [:]

    /// What has changed. The first time that is how all stand: a client may have looked before it listened, and what changed
    /// in between is not to be missed.
    mutating func update(to peers: [PeerSummary]) -> [Change] {
        // Of a node with several entries the one with a session counts.
        let present = Dictionary(peers.compactMap { peer in peer.nodeID.map { ($0, peer) } }) { first, other in
            other.state == .active ? other : first
        }
        let before = listed
        listed = present
        var changes: [Change] = []
        for (node, peer) in present.sorted(by: { $0.key < $1.key }) {
            // A new neighbour came with the event of its session, when little was known of it.
            let isKnownSince = peer.latencyMilliseconds != nil || peer.isGateway
            let isNews = before[node].map { Facts($0) != Facts(peer) } ?? (peer.state != .active || isKnownSince)
            if isNews { changes.append(.changed(peer)) }
        }
        for (node, peer) in before.sorted(by: { $0.key < $1.key }) where present[node] == nil {
            changes.append(.removed(peer))
        }
        return changes
    }

    /// Nobody listens any more.
    mutating func forget() { listed = [:] }
}
