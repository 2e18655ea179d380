import OrderedCollections
import PIMCore
import PIMWire

/// What is remembered of other nodes for ever, or until somebody has it forgotten. Its rows mirror the peer directory,
/// which stores them; it never has more than the directory may hold.
struct PeerBook: Sendable {
    static let capacity = 10_000

    private var peers: [NodeID: KnownPeer]
    /// Nodes that proved features and never signed a PeerInfo, the earliest first: the directory need not have them, so
    /// they make room for others. Whoever can link can make as many as he likes.
    private var provisional: OrderedSet<NodeID> = []

    init(_ peers: [NodeID: KnownPeer]) {
        self.peers = peers
    }

    subscript(node: NodeID) -> KnownPeer { peers[node] ?? KnownPeer() }

    func isPinned(_ node: NodeID, with feature: FeatureSet) -> Bool { self[node].pin.isSuperset(of: feature) }

    /// Takes over freshly proven features; whether that changed the pin.
    mutating func pin(_ node: NodeID, _ features: FeatureSet) -> Bool {
        guard self[node].pin != features, hasRoom(for: node) else { return false }
        peers[node, default: KnownPeer()].pin = features
        if !self[node].isVerified { provisional.append(node) }
        return true
    }

    mutating func noteVerified(_ node: NodeID) {
        guard hasRoom(for: node) else { return }
        peers[node, default: KnownPeer()].isVerified = true
        provisional.remove(node)
    }

    mutating func forget(_ node: NodeID) {
        peers[node] = nil
        provisional.remove(node)
    }

    private mutating func hasRoom(for node: NodeID) -> Bool {
        if peers.count < Self.capacity || peers[node] != nil { return true }
        guard let earliest = provisional.first else { return false }
        forget(earliest)
        return true
    }
}
