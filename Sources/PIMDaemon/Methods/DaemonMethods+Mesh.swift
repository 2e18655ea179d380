internal import PIMCore
internal import PIMCrypto
internal import PIMRPC

extension DaemonMethods {
    /// `mesh.status` (`spec/rpc.md` §5.5b): what this daemon started with.
    func meshStatus() -> MeshStatus {
        MeshStatus(
            mode: resources.meshSecret == nil ? .open : .private,
            meshID: daemon.configuration.mesh.meshID.flatMap { $0.isEmpty ? nil : $0 },
            fingerprint: resources.meshSecret?.fingerprint)
    }
}
