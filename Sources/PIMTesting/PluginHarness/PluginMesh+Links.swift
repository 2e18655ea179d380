public import PIMCore
internal import PIMPlugin
internal import Synchronization

extension PluginMesh {
    /// Links two nodes. Whoever can reach each other now learns the other's key and name, as nodes of a real mesh do.
    public func connect(_ one: PluginTestNode, _ other: PluginTestNode) {
        change { network in
            network.links.insert([one.id, other.id])
            network.acquainted.insert([one.id, other.id])
        }
        releaseParked()
    }

    /// Cuts the link between two nodes, if there is one. Nobody forgets a key over that.
    public func disconnect(_ one: PluginTestNode, _ other: PluginTestNode) {
        change { $0.links.remove([one.id, other.id]) }
    }

    /// The nodes with a chain of links to this one.
    public func reachable(from node: NodeID) -> Set<NodeID> {
        network.withLock { Self.reachable(from: node, over: $0.links) }
    }

    static func reachable(from start: NodeID, over links: Set<Set<NodeID>>) -> Set<NodeID> {
        var found: Set<NodeID> = [start]
        var next = [start]
        while let node = next.popLast() {
            for link in links where link.contains(node) {
                for neighbour in link where found.insert(neighbour).inserted { next.append(neighbour) }
            }
        }
        return found.subtracting([start])
    }

    private func change(_ change: (inout Network) -> Void) {
        let (nodes, links) = network.withLock { network in
            change(&network)
            return (network.nodes, network.links)
        }
        for node in nodes {
            let neighbours = Set(links.filter { $0.contains(node.id) }.flatMap { $0 }).subtracting([node.id])
            let reachable = Self.reachable(from: node.id, over: links)
            for peer in nodes where reachable.contains(peer.id) {
                let via = neighbours.contains(peer.id) ? PayloadArrival.direct : .routed
                node.directory.learn(peer.id, key: peer.identity.x25519PublicKey, name: peer.name, via: via)
            }
            node.directory.set(neighbours: neighbours, reachable: reachable)
        }
    }
}
