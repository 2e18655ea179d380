import Crypto

/// HKDF-SHA256 with the domain strings of `spec/crypto.md` §9.
enum Derivation {
    /// - Parameter salt: empty means the 32 zero bytes of "salt none" (§1).
    static func key(
        from material: SymmetricKey, salt: [UInt8] = [], info: String, byteCount: Int = 32
    ) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, salt: salt, info: Array(info.utf8), outputByteCount: byteCount)
    }
}

extension SymmetricKey {
    /// A copy of the secret for an interface that takes arrays; whoever calls it wipes it.
    var exposedBytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Moves the bytes into the key and wipes the array.
    init(consuming bytes: inout [UInt8]) {
        self.init(data: bytes)
        Wiping.wipe(&bytes)
    }
}
