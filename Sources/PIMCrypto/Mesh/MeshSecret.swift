import CArgon2
import Crypto
import PIMCore

/// What the members of a private mesh share, derived from a passphrase. `spec/crypto.md` §4.
///
/// Deriving it takes `cost.memoryKiB` of memory and a good part of a second at the default cost: do it once at start and
/// never on an event loop. Printing it shows the fingerprint only.
public struct MeshSecret: Sendable, CustomStringConvertible {
    /// Seals discovery advertisements.
    public let discoveryKey: MeshKey
    /// Goes into the session keys of every handshake.
    public let handshakeKey: MeshKey
    /// 16 lowercase hex digits, shown to members so that they can compare. Not secret, but it helps to guess the
    /// passphrase: not for non-members (§12.10).
    public let fingerprint: String

    /// - Parameters:
    ///   - passphrase: taken byte by byte, neither trimmed nor normalised.
    ///   - meshID: `nil` and empty are the same.
    /// - Throws: `emptyPassphrase`, `invalidCost`, `derivationFailed`.
    public init(passphrase: String, meshID: String?, kdf cost: Argon2Cost = .default) throws(CryptoError) {
        let master = try Self.master(passphrase: passphrase, meshID: meshID, cost: cost)
        discoveryKey = MeshKey(Derivation.key(from: master, info: "pim-disco-v1"))
        handshakeKey = MeshKey(Derivation.key(from: master, info: "pim-handshake-v1"))
        fingerprint = Derivation.key(from: master, info: "pim-fingerprint-v1", byteCount: 8)
            .withUnsafeBytes { Hex.encode($0) }
    }

    public var description: String { "mesh secret \(fingerprint)" }

    static func master(passphrase: String, meshID: String?, cost: Argon2Cost) throws(CryptoError) -> SymmetricKey {
        guard !passphrase.isEmpty else { throw CryptoError(.emptyPassphrase, "mesh secret") }
        try cost.validate()
        var password = Array(passphrase.utf8)
        let salt = Array("pim-mesh-v1".utf8) + Array((meshID ?? "").utf8)
        var master = [UInt8](repeating: 0, count: 32)
        defer { Wiping.wipe(&password) }
        // Version 0x13 is what this entry point uses; the library clears its working memory itself.
        let status = argon2id_hash_raw(
            cost.passes, cost.memoryKiB, cost.lanes, password, password.count, salt, salt.count, &master, master.count)
        guard status == ARGON2_OK.rawValue else {
            throw CryptoError(.derivationFailed, String(cString: argon2_error_message(status)))
        }
        return SymmetricKey(consuming: &master)
    }
}
