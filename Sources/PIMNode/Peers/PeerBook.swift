import PIMCore
import PIMWire

/// What is remembered of other nodes for ever, or until somebody has it forgotten. Its rows mirror the peer directory,
/// which stores them; it never has more than the directory may hold.
struct PeerBook: Sendable {
    static let capacity = 10_000

    private var peers: [NodeID: KnownPeer]

    init(_ peers: [NodeID: KnownPeer]) {
        self.peers = peers
    }

    subscript(node: NodeID) -> KnownPeer { peers[node] ?? KnownPeer() }

    func isPinned(_ node: NodeID, with feature: FeatureSet) -> Bool { self[node].pin.isSuperset(of: feature) }

    /// Takes over freshly proven features; whether that changed the pin.
    mutating func pin(_ node: NodeID, _ features: FeatureSet) -> Bool {
        guard self[node].pin != features, hasRoom(for: node) else { return false }
        peers[node, default: KnownPeer()].pin = features
        return true
    }

    mutating func noteVerified(_ node: NodeID) {
        if hasRoom(for: node) { peers[node, default: KnownPeer()].isVerified = true }
    }

    mutating func forget(_ node: NodeID) { peers[node] = nil }

    private func hasRoom(for node: NodeID) -> Bool { peers.count < Self.capacity || peers[node] != nil }
}
