import PIMCore
import PIMDaemon
import PIMRPC

extension ConfigurationOptions {
    /// The mesh of the configuration file, its fingerprint derived here (`spec/cli.md` §4.6).
    func meshOfFile() async throws -> MeshStatus {
        let mesh = try ConfigurationLoader.load(path: try await path()).configuration.mesh
        let fingerprint = try await Progress.during("deriving the mesh secret") { try await MeshFingerprint.of(mesh) }
        return MeshStatus(
            mode: mesh.mode == .private ? .private : .open, meshID: mesh.meshID.flatMap { $0.isEmpty ? nil : $0 },
            fingerprint: fingerprint)
    }
}
