import PIMClient
import PIMCore
import PIMDaemon
import PIMRPC

/// What a node is called.
struct KnownNode: Equatable {
    var names: Set<String> = []
    /// Its addresses in the mesh.
    var addresses: Set<String> = []
}

/// Every node a daemon can name.
enum PeerDirectory {
    static func known(to client: ControlClient) async throws -> [NodeID: KnownNode] {
        var known: [NodeID: KnownNode] = [:]
        func learn(_ node: NodeID?, name: String?, address: String?) {
            guard let node else { return }
            known[node, default: KnownNode()].names.formUnion(name.flatMap { $0.isEmpty ? nil : [$0] } ?? [])
            if let address = address.flatMap({ IPv4Address($0)?.description }) {
                known[node, default: KnownNode()].addresses.insert(address)
            }
        }
        let status = try await client.call(RPC.status)
        for peer in status.peers { learn(peer.nodeID, name: peer.label, address: peer.meshIP) }
        for peer in try await client.call(RPC.peersDiscovered) {
            learn(peer.nodeID, name: peer.labelAnnounced, address: nil)
        }
        for route in try await client.call(RPC.routeTable).routes {
            learn(route.nodeID, name: route.name, address: route.destination)
        }
        do {
            for conversation in try await client.call(RPC.conversations).conversations {
                // A conversation without a name shows the beginning of the id instead.
                let isNamed = conversation.name != ConversationSummary.shortID(of: conversation.peerNodeID)
                learn(conversation.peerNodeID, name: isNamed ? conversation.name : nil, address: nil)
            }
        } catch let error as RPCError where error.code == .methodNotFound {
            // A daemon without messaging.
        }
        for node in known.keys {
            guard let address = MeshAddresses.ipv6(of: node, inMeshOf: status.meshIPv6) else { continue }
            known[node]?.addresses.insert(address.description)
        }
        return known
    }

    /// The nodes that only the daemon's directory of keys knows: imported, or met once. None of a daemon that cannot be
    /// asked for them.
    static func found(by text: String, of client: ControlClient) async throws -> [NodeID: KnownNode] {
        do {
            let found = try await client.call(RPC.findPeers, FindPeersParameters(text: text)).peers
            return Dictionary(
                found.map { ($0.nodeID, KnownNode(names: Set($0.name.map { [$0] } ?? []))) },
                uniquingKeysWith: { first, _ in first })
        } catch let error as RPCError where error.code == .methodNotFound {
            return [:]
        }
    }

    /// What a node is called; `nil` while nobody knows.
    static func name(of node: NodeID, by client: ControlClient) async throws -> String? {
        if let name = try await known(to: client)[node]?.names.sorted().first { return name }
        return try await found(by: node.description, of: client)[node]?.names.first
    }
}
