import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

/// A node as people name it: a node id, a unique beginning of one, its short form, a unique name, or a mesh address.
struct PeerReference: ExpressibleByArgument {
    static let minimumPrefix = FindPeersParameters.minimumPrefix
    /// For help texts.
    static let explanation =
        "A NODE is a node id, a unique beginning of one (4 characters or more), its short form, a unique name, or a mesh address."

    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    static var defaultCompletionKind: CompletionKind { NameCompletion.nodes }

    /// - Throws: ``CommandFailure`` with the candidates when the text fits several nodes or none.
    func resolve(with client: ControlClient) async throws -> NodeID {
        if let node = try? NodeID(parsing: text) { return node }
        return try await choose(from: try await PeerDirectory.known(to: client), orElse: client)
    }

    /// One of the nodes that are listed, or if none of them fits, of those the daemon has a key of.
    func choose(from known: [NodeID: KnownNode], orElse client: ControlClient) async throws -> NodeID {
        guard matches(in: known).isEmpty else { return try choose(from: known) }
        return try choose(from: try await PeerDirectory.found(by: text, of: client))
    }

    /// One of the revoked nodes, or any whole node id.
    func resolveRevoked(with client: ControlClient) async throws -> NodeID {
        if let node = try? NodeID(parsing: text) { return node }
        let revoked = try await client.call(RPC.revokedPeers).revoked
        return try choose(
            from: Dictionary(
                revoked.map { ($0.nodeID, KnownNode(names: Set($0.name.map { [$0] } ?? []))) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// A name beats everything else: somebody may be called “cafe”.
    func choose(from known: [NodeID: KnownNode]) throws -> NodeID {
        let fitting = matches(in: known)
        if let only = fitting.first, fitting.count == 1 { return only.key }
        let shown = Printable.line(text)
        guard !fitting.isEmpty else {
            throw CommandFailure(
                "the daemon knows no node “\(shown)”; “pim peers” and “pim routes” list those it knows")
        }
        let list = fitting.sorted { $0.key < $1.key }.map { node, what in
            "  \(node)  \(what.names.sorted().map(Printable.line).joined(separator: ", "))"
        }
        throw CommandFailure("“\(shown)” fits several nodes; say which by its id:\n\(list.joined(separator: "\n"))")
    }

    /// The nodes the text may mean; not empty only if there is one.
    func matches(in known: [NodeID: KnownNode]) -> [NodeID: KnownNode] {
        let lowered = text.lowercased()
        let address = IPv4Address(text)?.description ?? IPv6Address(text)?.description
        let rules: [(NodeID, KnownNode) -> Bool] = [
            { $1.names.contains(text) },
            { node, _ in node.shortDescription == lowered },
            { $1.addresses.contains(address ?? "") },
            { node, _ in lowered.count >= Self.minimumPrefix && node.description.hasPrefix(lowered) },
        ]
        for rule in rules {
            let fitting = known.filter { rule($0.key, $0.value) }
            if !fitting.isEmpty { return fitting }
        }
        return [:]
    }
}
