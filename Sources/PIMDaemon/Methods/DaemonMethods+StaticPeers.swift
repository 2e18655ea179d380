internal import PIMCore
internal import PIMCrypto
internal import PIMNode
internal import PIMRPC

extension DaemonMethods {
    /// `peers.add_static` (`spec/rpc.md` §5.2): written, and dialled from now on.
    func addStaticPeer(_ parameters: AddStaticPeerParameters) async throws -> AddStaticPeerResult {
        let method = "peers.add_static"
        try Self.check(parameters.mechanism, method)
        try Self.check(address: parameters.address, method)
        try refuseOwn(parameters.nodeID, method)
        let peer = PIMConfiguration.Peer(
            label: parameters.label ?? "", target: .tcp(address: parameters.address), node: parameters.nodeID)
        try await store(peer, replacing: false, method)
        let state = try await mesh.state()
        return AddStaticPeerResult(
            nodeID: parameters.nodeID ?? state.node(at: parameters.address), configEntryID: peer.entryID,
            label: parameters.label)
    }

    /// `peers.remove`: taken out of the file, dialled no more, and the link closed.
    func removePeer(_ parameters: RemovePeerParameters) async throws -> NoResult {
        let method = "peers.remove"
        guard parameters.nodeID != nil || parameters.configEntryID != nil else {
            throw RPCError(.invalidParams, "\(method): “node_id” or “config_entry_id” is needed")
        }
        let state = try await mesh.state()
        let configured = mesh.configuredPeers.filter { peer in
            if let entry = parameters.configEntryID, peer.entryID != entry { return false }
            if let node = parameters.nodeID, (peer.node ?? state.node(at: peer.address)) != node { return false }
            return true
        }
        let visitors = mesh.visitors.filter { $0.node != nil && $0.node == parameters.nodeID }
        guard !configured.isEmpty || !visitors.isEmpty else {
            throw RPCError(.peerNotFound, "\(method): no such peer is configured")
        }
        let path = keeper.file.path
        if !configured.isEmpty {
            try await edit(method) { text throws(ConfigurationKeeper.Refusal) in
                try Self.remove(configured, from: text, path: path)
            }
        }
        mesh.stopDialling { $0.node != nil && $0.node == parameters.nodeID }
        var nodes = Set(configured.compactMap { $0.node ?? state.node(at: $0.address) })
        if let node = parameters.nodeID { nodes.insert(node) }
        for node in nodes { mesh.apply(.disconnect(node)) }
        return NoResult()
    }

    /// Adds an entry to the file.
    ///
    /// - Parameters:
    ///   - isReplacing: Whether an entry for the same address makes room, or is in the way.
    ///   - guest: A node that goes on the list of authorized ones as well.
    func store(
        _ peer: PIMConfiguration.Peer, replacing isReplacing: Bool = true, authorizing guest: NodeID? = nil,
        _ method: String
    ) async throws {
        let path = keeper.file.path
        try await edit(method) { text throws(ConfigurationKeeper.Refusal) in
            // A file with errors is refused behind this.
            guard let loaded = try? ConfigurationLoader.load(text: text, path: path) else { return text }
            let earlier = loaded.configuration.peers.filter { $0.target == peer.target }
            guard isReplacing || earlier.isEmpty else {
                throw .refused(
                    RPCError(
                        .peerExists, "\(method): \(peer.address) is among the peers already",
                        data: .object(["config_entry_id": .string(peer.entryID)])))
            }
            let rest = earlier.isEmpty ? text : try Self.remove(earlier, from: text, path: path)
            do throws(PIMError) {
                let added = try TOMLEditor.append(to: "peers", peer.pairs, in: rest)
                let listed = loaded.configuration.security.authorizedPeers
                guard let guest, !listed.contains(guest) else { return added }
                return try TOMLEditor.set(
                    key: ["security", "authorized_peers"], value: .strings((listed + [guest]).map { "\($0)" }),
                    in: added)
            } catch {
                throw .impossible(error)
            }
        }
    }

    private static func remove(
        _ peers: [PIMConfiguration.Peer], from text: String, path: String
    ) throws(ConfigurationKeeper.Refusal) -> String {
        // Indices are those of the file as it is now; a file with errors is refused behind this.
        guard let loaded = try? ConfigurationLoader.load(text: text, path: path) else { return text }
        let indices = loaded.configuration.peers.indices.filter { peers.contains(loaded.configuration.peers[$0]) }
        do throws(PIMError) {
            return try TOMLEditor.remove(elements: Set(indices), of: "peers", in: text)
        } catch {
            throw .impossible(error)
        }
    }

    static func check(_ mechanism: String?, _ method: String) throws(RPCError) {
        switch mechanism {
        case nil, "tcp": return
        case "bluetooth", "wifi_direct":
            throw RPCError(.notSupported, "\(method): “\(mechanism ?? "")” is not available in this build")
        default: throw RPCError(.invalidParams, "\(method): “mechanism” is tcp, bluetooth or wifi_direct")
        }
    }

    static func check(address: String, _ method: String) throws(RPCError) {
        if let problem = PIMConfiguration.Peer.problem(withAddress: address) {
            throw RPCError(.peerAddressInvalid, "\(method): \(problem)")
        }
    }

    func refuseOwn(_ node: NodeID?, _ method: String) throws(RPCError) {
        guard node != resources.identity.nodeID else {
            throw RPCError(.invalidParams, "\(method): this is the node itself")
        }
    }
}

extension MeshState {
    /// Who answered at a configured address.
    fileprivate func node(at address: String) -> NodeID? {
        dials.first { $0.target.address == address }?.node
    }
}

extension PIMConfiguration.Peer {
    /// What clients name the entry by (`spec/rpc.md` §5.2).
    var entryID: String {
        switch target {
        case .tcp(let address): "entry-tcp-\(address)"
        case .bluetooth(let ip): "entry-bluetooth-\(ip)"
        }
    }

    fileprivate var address: String {
        switch target {
        case .tcp(let address): address
        case .bluetooth(let ip): ip
        }
    }

    /// As the file has it.
    fileprivate var pairs: [(key: String, value: TOMLLiteral)] {
        var pairs: [(key: String, value: TOMLLiteral)] = []
        if !label.isEmpty { pairs.append(("label", .string(label))) }
        switch target {
        case .tcp(let address): pairs += [("mechanism", .string("tcp")), ("address", .string(address))]
        case .bluetooth(let ip): pairs += [("mechanism", .string("bluetooth")), ("ip", .string(ip))]
        }
        if let node { pairs.append(("node_id", .string("\(node)"))) }
        return pairs
    }
}
