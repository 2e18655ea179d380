#if canImport(COpenSSL)
    import COpenSSL
#elseif canImport(Darwin)
    import Darwin
#endif

/// Overwrites secrets once they are used, with stores the optimiser may not drop (`spec/crypto.md` §12.15).
///
/// Long-lived secrets live in `SymmetricKey` and the private key types of swift-crypto, which wipe themselves when the
/// last reference goes; this is for bytes on their way there.
enum Wiping {
    static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            #if canImport(COpenSSL)
                OPENSSL_cleanse(base, buffer.count)
            #else
                memset_s(base, buffer.count, 0, buffer.count)
            #endif
        }
    }
}
