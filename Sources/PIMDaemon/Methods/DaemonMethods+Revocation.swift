internal import Logging
internal import PIMCore
internal import PIMCrypto
internal import PIMRPC

extension DaemonMethods {
    /// `peers.revoke`: at once in memory, and answered when it is on the disk. Independent of the peer directory, so that
    /// `peers.forget` does not undo it.
    func revoke(_ parameters: RevocationParameters) async throws -> RevokePeerResult {
        let node = parameters.nodeID
        guard node != resources.identity.nodeID else {
            throw RPCError(.invalidParams, "peers.revoke: this is the node itself")
        }
        let (isNew, wasConnected): (Bool, Bool)
        do {
            (isNew, wasConnected) = try await mesh.revoke(node)
        } catch let error as PIMError {
            throw RPCError(.storageFailed, "peers.revoke: \(error)")
        }
        if isNew { daemon.logger("trust").notice("peer revoked", metadata: ["peer": "\(node)"]) }
        try writeRevoked("the peer is revoked, but only until the next start")
        return RevokePeerResult(nodeID: node, revoked: isNew, endedSession: wasConnected)
    }

    /// `peers.restore`.
    func restore(_ parameters: RevocationParameters) async throws -> RestorePeerResult {
        let node = parameters.nodeID
        let wasRevoked = try await mesh.restore(node)
        if wasRevoked { daemon.logger("trust").notice("peer restored", metadata: ["peer": "\(node)"]) }
        try writeRevoked("the peer is restored, but only until the next start")
        return RestorePeerResult(nodeID: node, restored: wasRevoked)
    }

    /// `peers.revoked`.
    func revokedPeers() -> RevokedPeers {
        RevokedPeers(revoked: mesh.revoked.all.sorted().map { .init(nodeID: $0, name: name(of: $0)) })
    }

    private func writeRevoked(_ otherwise: String) throws(RPCError) {
        do {
            try mesh.revoked.write()
        } catch {
            throw RPCError(.storageFailed, "\(otherwise): \(error)")
        }
    }
}
