public import PIMCore
internal import PIMCrypto

/// By which name members know a private mesh: the same text on every node that has its passphrase (`spec/cli.md` §4.6).
public enum MeshFingerprint {
    /// 16 hex digits, as `mesh.status` and the daemon's log have them; `nil` for an open mesh. Takes the time and the memory
    /// the configured key derivation asks for.
    public static func of(_ mesh: PIMConfiguration.Mesh) async throws -> String? {
        try await MeshSecret.derived(for: mesh)?.fingerprint
    }
}
