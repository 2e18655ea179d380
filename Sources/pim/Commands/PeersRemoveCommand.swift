import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct PeersRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a peer out of the configuration, dial it no more and close the link to it.",
        discussion: "PEER is an address as in “pim peers add”, the entry that printed, or a node.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "Which.", completion: NameCompletion.configuredPeers)
    var peer: PeerReference

    func run() async throws {
        let parameters = try await client.withClient { client in
            let parameters = try await Self.parameters(for: peer, with: client)
            _ = try await client.call(RPC.removePeer, parameters)
            return parameters
        }
        if format.json { return try Output.json(parameters) }
        Output.line("removed \(parameters.configEntryID ?? parameters.nodeID?.description ?? "")")
    }

    /// An entry, an address, or a label or address that the daemon lists, before a node: an entry may have no node yet.
    private static func parameters(
        for peer: PeerReference, with client: ControlClient
    ) async throws -> RemovePeerParameters {
        if peer.text.hasPrefix("entry-") { return RemovePeerParameters(configEntryID: peer.text) }
        let configured = try await client.call(RPC.peersList, PeerListParameters()).filter(\.isStatic)
        let labelled = configured.filter { $0.label == peer.text && $0.nodeID == nil }
        if labelled.count == 1, let address = labelled[0].address {
            return RemovePeerParameters(configEntryID: "entry-tcp-\(address)")
        }
        if let node = try? NodeID(parsing: peer.text) { return RemovePeerParameters(nodeID: node) }
        let known = try await PeerDirectory.known(to: client)
        if peer.matches(in: known).isEmpty {
            if let address = PeerAddress(peer.text) { return RemovePeerParameters(configEntryID: address.entryID) }
            // A word alone is a host as in “pim peers add”, if one is configured that way.
            if let host = PeerAddress(peer.text, allowingWords: true),
                configured.contains(where: { $0.address == host.text })
            {
                return RemovePeerParameters(configEntryID: host.entryID)
            }
        }
        return RemovePeerParameters(nodeID: try await peer.choose(from: known, orElse: client))
    }
}
