import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

/// A peer as people name it: a whole node id, a unique beginning of one, or a unique name.
struct PeerReference: ExpressibleByArgument {
    static let minimumPrefix = 4

    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    /// - Throws: ``CommandFailure`` with the candidates when the text fits several nodes or none.
    func resolve(with client: ControlClient) async throws -> NodeID {
        if let node = try? NodeID(parsing: text) { return node }
        return try choose(from: try await Self.candidates(client))
    }

    /// One of the revoked nodes, or any whole node id.
    func resolveRevoked(with client: ControlClient) async throws -> NodeID {
        if let node = try? NodeID(parsing: text) { return node }
        let revoked = try await client.call(RPC.revokedPeers).revoked
        return try choose(
            from: Dictionary(
                revoked.map { ($0.nodeID, Set($0.name.map { [$0] } ?? [])) }, uniquingKeysWith: { $0.union($1) }))
    }

    /// A name beats the beginning of an id: somebody may be called “cafe”.
    func choose(from candidates: [NodeID: Set<String>]) throws -> NodeID {
        let named = candidates.filter { $0.value.contains(text) }
        let prefix = text.lowercased()
        let begun =
            prefix.count >= Self.minimumPrefix
            ? candidates.filter { $0.key.description.hasPrefix(prefix) || $0.key.shortDescription == prefix } : [:]
        let fitting = named.isEmpty ? begun : named
        if let only = fitting.first, fitting.count == 1 { return only.key }
        guard !fitting.isEmpty else {
            throw CommandFailure("the daemon knows no peer “\(Printable.line(text))”; a whole node id always works")
        }
        let list = fitting.sorted { $0.key < $1.key }.map { node, names in
            "  \(node)  \(names.sorted().map(Printable.line).joined(separator: ", "))"
        }
        throw CommandFailure("“\(Printable.line(text))” fits several peers:\n\(list.joined(separator: "\n"))")
    }

    /// Every node the daemon can name, with its names.
    private static func candidates(_ client: ControlClient) async throws -> [NodeID: Set<String>] {
        var candidates: [NodeID: Set<String>] = [:]
        for peer in try await client.call(RPC.peersList, PeerListParameters()) {
            guard let node = peer.nodeID else { continue }
            candidates[node, default: []].formUnion(peer.label.map { [$0] } ?? [])
        }
        for route in try await client.call(RPC.routeTable).routes {
            if let node = route.nodeID { candidates[node, default: []].formUnion(route.name.map { [$0] } ?? []) }
        }
        do {
            for conversation in try await client.call(RPC.conversations).conversations {
                candidates[conversation.peerNodeID, default: []].insert(conversation.name)
            }
        } catch let error as RPCError where error.code == .methodNotFound {
            // A daemon without messaging.
        }
        return candidates
    }
}
