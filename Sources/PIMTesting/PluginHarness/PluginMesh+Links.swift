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
        Set(routes(from: start, over: links).keys)
    }

    /// The shortest ways to every reachable node.
    private static func routes(from start: NodeID, over links: Set<Set<NodeID>>) -> [NodeID: PeerRoute] {
        var routes: [NodeID: PeerRoute] = [:]
        var frontier = [start]
        var hops: UInt8 = 0
        while !frontier.isEmpty {
            hops = hops == .max ? .max : hops + 1
            var next: [NodeID] = []
            for node in frontier {
                for neighbour in links.filter({ $0.contains(node) }).flatMap({ $0 }).sorted()
                where neighbour != start && routes[neighbour] == nil {
                    routes[neighbour] = PeerRoute(nextHop: routes[node]?.nextHop ?? neighbour, hops: hops)
                    next.append(neighbour)
                }
            }
            frontier = next
        }
        return routes
    }

    private func change(_ change: (inout Network) -> Void) {
        let (nodes, links) = network.withLock { network in
            change(&network)
            return (network.nodes, network.links)
        }
        for node in nodes {
            let neighbours = Set(links.filter { $0.contains(node.id) }.flatMap { $0 }).subtracting([node.id])
            let routes = Self.routes(from: node.id, over: links)
            for peer in nodes where routes[peer.id] != nil {
                let via = neighbours.contains(peer.id) ? PayloadArrival.direct : .routed
                node.directory.learn(peer.id, key: peer.identity.x25519PublicKey, name: peer.name, via: via)
            }
            node.directory.set(neighbours: neighbours, routes: routes)
        }
    }
}
