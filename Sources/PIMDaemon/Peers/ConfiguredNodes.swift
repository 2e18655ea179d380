internal import PIMCore
internal import PIMNode

/// What `[[peers]]` says of places, and of the nodes that are there.
///
/// A node belongs to an entry that names it, or at whose address it answered last. How its link came about makes no
/// difference: a neighbour that is met on the local network, or that dials this node first, is still the one in the file.
struct ConfiguredNodes {
    private let entries: [DialTarget: PIMConfiguration.Peer]
    private let nodes: [NodeID: PIMConfiguration.Peer]
    /// Nodes that are dialled on request have a label as long as their link stands.
    private let visitors: [NodeID: String]

    init(
        _ peers: [PIMConfiguration.Peer], visitors: [DialledPeers.Visitor] = [], dials: [DialStatus]
    ) {
        let entries = Dictionary(
            peers.compactMap { peer in peer.dialTarget.map { ($0, peer) } }, uniquingKeysWith: { first, _ in first })
        let answered = dials.compactMap { dial in
            dial.node.flatMap { node in entries[dial.target].map { (node, $0) } }
        }
        self.entries = entries
        self.visitors = Dictionary(
            visitors.compactMap { visitor in visitor.node.flatMap { node in visitor.label.map { (node, $0) } } }
        ) { first, _ in first }
        // Of several addresses of one node, one that has a label tells it.
        nodes = Dictionary(answered) { first, other in first.label.isEmpty ? other : first }
    }

    /// `false` for a place that is dialled on request only.
    func contains(_ target: DialTarget) -> Bool { entries[target] != nil }

    func contains(_ node: NodeID) -> Bool { nodes[node] != nil }

    /// What the file calls a place; `nil` without a label.
    func label(of target: DialTarget) -> String? { entries[target].flatMap(Self.label) }

    /// What the file calls a node, or else who asked to dial it; `nil` without a label.
    func label(of node: NodeID) -> String? { nodes[node].flatMap(Self.label) ?? visitors[node] }

    private static func label(_ peer: PIMConfiguration.Peer) -> String? { peer.label.isEmpty ? nil : peer.label }
}

extension PIMConfiguration.Peer {
    /// What the control plane dials; `nil` for a mechanism this build does not have.
    var dialTarget: DialTarget? {
        guard case .tcp(let address) = target else { return nil }
        return DialTarget(address: address, node: node)
    }
}
