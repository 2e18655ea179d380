public import PIMCore
import PIMCrypto
public import PIMNode

extension SimulatedMesh {
    public func nodeID(of node: MeshNode) -> NodeID { nodes[node.index].identity.nodeID }

    public var allNodes: [MeshNode] { nodes.map(\.node) }

    /// Whether the node's forwarding table knows a way to the other.
    public func hasRoute(from node: MeshNode, to other: MeshNode) -> Bool {
        distance(from: node, to: other) != nil
    }

    /// The distance the node's forwarding table states.
    public func distance(from node: MeshNode, to other: MeshNode) -> Int? {
        daemon(of: node)?.table.routes[nodeID(of: other)].map { Int($0.hops) }
    }

    /// The nodes a frame visits from one node to the other, both included; `nil` when it does not arrive.
    public func path(from node: MeshNode, to other: MeshNode) -> [MeshNode]? {
        var path = [node]
        while let last = path.last, last != other {
            guard let next = nextHop(from: last, to: other), !path.contains(next) else { return nil }
            path.append(next)
        }
        return path
    }

    /// Whether the two have a confirmed session, as the first one sees it.
    public func isConnected(_ node: MeshNode, to other: MeshNode) -> Bool {
        daemon(of: node)?.plane.isConnected(nodeID(of: other)) ?? false
    }

    /// The control plane of a running node, to look at.
    public func controlPlane(of node: MeshNode) -> ControlPlane? { daemon(of: node)?.plane }

    /// The keys announced to a node by others.
    public func keys(at node: MeshNode) -> [NodeID: X25519PublicKey] { nodes[node.index].keys }

    /// What a node's peer directory remembers of others: pins, and whose key is verified.
    public func known(at node: MeshNode) -> [NodeID: KnownPeer] { nodes[node.index].known }

    /// What the links and the forwarder of a running node dropped.
    public func dropped(at node: MeshNode) -> [MeshCounter: UInt64] { daemon(of: node)?.dropped ?? [:] }

    /// Whether every running node knows a shortest way to every other one it can reach in 9 hops, and no other way.
    public var isConverged: Bool {
        nodes.allSatisfy { state in
            guard let daemon = state.daemon else { return true }
            let distances = shortestDistances(from: state.node)
            guard daemon.table.routes.count == distances.count else { return false }
            return distances.allSatisfy { distance(from: state.node, to: $0.key) == $0.value }
        }
    }

    func nextHop(from node: MeshNode, to other: MeshNode) -> MeshNode? {
        guard let hop = daemon(of: node)?.table.routes[nodeID(of: other)]?.nextHop else { return nil }
        return indexOfNode(hop).map { nodes[$0].node }
    }

    /// Whether a cable between two nodes works.
    func hasCable(between node: MeshNode, and other: MeshNode) -> Bool {
        cables.contains { cable in
            !cable.isCut
                && (cable.first == node && cable.second == other || cable.first == other && cable.second == node)
        }
    }

    /// Distances over cables that work, up to 9, without the node itself.
    private func shortestDistances(from start: MeshNode) -> [MeshNode: Int] {
        var distances = [start: 0]
        var frontier = [start]
        for distance in 1...9 {
            var next: [MeshNode] = []
            for node in frontier {
                for neighbour in neighbours(of: node) where distances[neighbour] == nil {
                    distances[neighbour] = distance
                    next.append(neighbour)
                }
            }
            frontier = next
        }
        distances[start] = nil
        return distances
    }

    private func neighbours(of node: MeshNode) -> [MeshNode] {
        cables.compactMap { cable in
            guard !cable.isCut, cable.first == node || cable.second == node else { return nil }
            let other = cable.other(than: node)
            return isRunning(other) ? other : nil
        }
    }
}
