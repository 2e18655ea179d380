internal import Foundation
internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMPlugin
internal import PIMPluginHost
internal import PIMRPC

extension DaemonMethods {
    /// `peers.find`, which is ours: what the directory alone knows, nobody else lists.
    func findPeers(_ parameters: FindPeersParameters) async throws -> FoundPeers {
        guard !parameters.text.isEmpty else { throw RPCError(.invalidParams, "peers.find: “text” is empty") }
        let found = resources.keystore.find(parameters.text, limit: FoundPeers.maximumCount)
        return FoundPeers(
            peers: found.map { peer, record in
                .init(nodeID: peer, name: record.givenName, x25519PublicKey: record.key)
            })
    }

    /// `peers.import_identity` (`spec/rpc.md` §5.2).
    func importIdentity(_ parameters: ImportIdentityParameters) async throws -> ImportIdentityResult {
        guard parameters.nodeID != resources.identity.nodeID else {
            throw RPCError(.invalidParams, "peers.import_identity: this is the node itself")
        }
        let name = (parameters.friendlyName ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        let outcome = resources.keystore.importIdentity(
            parameters.x25519PublicKey, of: parameters.nodeID, name: name, at: WallClock.unixMilliseconds,
            evicting: { peer in
                mesh.forgotten.report(peer)
                mesh.forget([peer])
            })
        if case .keyMismatch(let existing) = outcome {
            throw RPCError.identityMismatch(
                parameters.nodeID, supplied: parameters.x25519PublicKey, existing: existing)
        }
        try await storing { try await resources.keystore.flush() }
        return ImportIdentityResult(nodeID: parameters.nodeID, imported: outcome == .inserted)
    }

    /// `peers.forget` (`spec/rpc.md` §5.2): the row, then what plugins keep about the peer.
    func forget(_ parameters: ForgetPeerParameters) async throws -> ForgetPeerResult {
        guard resources.keystore.forget(parameters.nodeID) else { return ForgetPeerResult(forgotIdentity: false) }
        mesh.forget([parameters.nodeID])
        // Before the disk is asked: were it full, nobody would tell plugins later, for the row has gone already.
        let summary = await plugins.forget(
            PeerForgotten(
                peer: parameters.nodeID, cause: .request, keepData: parameters.alsoDeleteMessages == false))
        try await storing { try await resources.keystore.flush() }
        return ForgetPeerResult(
            forgotIdentity: true, deletedMessages: summary.counts["messages", default: 0],
            deletedConversation: summary.counts["conversations", default: 0] > 0)
    }

    /// An answer that says something was stored is only given once it is on the disk.
    private func storing(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch {
            throw RPCError(.storageFailed, "the peer directory cannot be written: \(error)")
        }
    }
}
