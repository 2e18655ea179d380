import Crypto

/// The key of one session between two neighbours, 32 bytes. Has no description and is wiped with its last copy.
public struct SessionKey: Sendable {
    let key: SymmetricKey

    init(_ key: SymmetricKey) {
        self.key = key
    }

    /// - Throws: `invalidInput` unless there are 32 bytes.
    public init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == 32 else { throw CryptoError(.invalidInput, "a session key has 32 bytes") }
        key = SymmetricKey(data: bytes)
    }

    /// A prefix for the nonces of this session: random, and none that `allows(noncePrefix:)` refuses.
    public func noncePrefix(using random: inout some RandomNumberGenerator) -> UInt64 {
        var prefix: UInt64
        repeat { prefix = random.next() } while !allows(noncePrefix: prefix)
        return prefix
    }

    /// Whether a prefix is safe to send: it shows none of the key, and it is not what the reference peer will use, which
    /// is key bytes 0–7 when it dials and 8–15 when it listens (`spec/crypto.md` §12.1).
    public func allows(noncePrefix prefix: UInt64) -> Bool {
        key.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: 32, by: 8) {
                let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                if word == prefix { return false }
            }
            return true
        }
    }
}
