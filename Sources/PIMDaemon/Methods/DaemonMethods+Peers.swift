internal import PIMCore
internal import PIMPlugin
internal import PIMRPC

extension DaemonMethods {
    /// `peers.import_identity` (`spec/rpc.md` §5.2).
    func importIdentity(_ parameters: ImportIdentityParameters) async throws -> ImportIdentityResult {
        guard parameters.nodeID != resources.identity.nodeID else {
            throw RPCError(.invalidParams, "peers.import_identity: this is the node itself")
        }
        let name = parameters.friendlyName.flatMap { $0.isEmpty ? nil : $0 }
        let outcome = await resources.keystore.importIdentity(
            parameters.nodeID, key: parameters.x25519PublicKey, name: name)
        switch outcome {
        case .inserted, .refreshed:
            mesh.reporter.announce(parameters.nodeID, via: .direct)
            return ImportIdentityResult(nodeID: parameters.nodeID, imported: outcome == .inserted)
        case .mismatch(let existing):
            throw RPCError.identityMismatch(
                parameters.nodeID, supplied: parameters.x25519PublicKey, existing: existing)
        }
    }

    /// `peers.forget` (`spec/rpc.md` §5.2): the row, then what plugins keep about the peer.
    func forget(_ parameters: ForgetPeerParameters) async throws -> ForgetPeerResult {
        guard try await resources.keystore.forget(parameters.nodeID) else {
            return ForgetPeerResult(forgotIdentity: false)
        }
        mesh.reporter.announceForgotten(parameters.nodeID)
        let summary = await plugins.forget(
            PeerForgotten(
                peer: parameters.nodeID, cause: .request, keepData: parameters.alsoDeleteMessages == false))
        return ForgetPeerResult(
            forgotIdentity: true, deletedMessages: summary.counts["messages", default: 0],
            deletedConversation: summary.counts["conversations", default: 0] > 0)
    }
}
