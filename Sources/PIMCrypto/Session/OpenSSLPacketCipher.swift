#if canImport(COpenSSL)
    import COpenSSL
    import Crypto
    import PIMWire

    /// The packet cipher on OpenSSL's EVP interface: in place, without allocation.
    ///
    /// A context for each direction is made once and keeps the expanded key; a frame only sets its nonce. Unsafe by name, not in
    /// effect: the contexts are owned by this object from `init` to `deinit` (which also wipes the key inside of them),
    /// never leave it, and the object is confined to one loop; lengths given to C come from the buffers themselves.
    final class OpenSSLPacketCipher: PacketCipher {
        private let sealing: OpaquePointer
        private let opening: OpaquePointer

        /// - Throws: `encryptionFailed` when OpenSSL has no memory or no AES-GCM.
        init(key: SessionKey) throws(CryptoError) {
            guard let sealing = EVP_CIPHER_CTX_new() else { throw Self.unavailable }
            guard let opening = EVP_CIPHER_CTX_new() else {
                EVP_CIPHER_CTX_free(sealing)
                throw Self.unavailable
            }
            let isReady = key.key.withUnsafeBytes { bytes in
                let pointer = bytes.bindMemory(to: UInt8.self).baseAddress
                return EVP_EncryptInit_ex(sealing, EVP_aes_256_gcm(), nil, pointer, nil) == 1
                    && EVP_DecryptInit_ex(opening, EVP_aes_256_gcm(), nil, pointer, nil) == 1
            }
            guard isReady else {
                EVP_CIPHER_CTX_free(sealing)
                EVP_CIPHER_CTX_free(opening)
                throw Self.unavailable
            }
            self.sealing = sealing
            self.opening = opening
        }

        deinit {
            EVP_CIPHER_CTX_free(sealing)
            EVP_CIPHER_CTX_free(opening)
        }

        func seal(
            _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, authenticating data: UInt8?,
            tag: UnsafeMutableRawBufferPointer
        ) throws(CryptoError) {
            guard let count = Int32(exactly: text.count), tag.count == WireLimits.tag else {
                throw CryptoError(.encryptionFailed, "session")
            }
            var written: Int32 = 0
            var initialization = InitializationVector(nonce)
            let base = text.bindMemory(to: UInt8.self).baseAddress
            let isSealed = withUnsafeBytes(of: &initialization) { vector in
                EVP_EncryptInit_ex(sealing, nil, nil, nil, vector.bindMemory(to: UInt8.self).baseAddress) == 1
                    && Self.authenticate(data) { EVP_EncryptUpdate(sealing, nil, &written, $0, 1) }
                    && (count == 0 || EVP_EncryptUpdate(sealing, base, &written, base, count) == 1)
                    && EVP_EncryptFinal_ex(sealing, tag.bindMemory(to: UInt8.self).baseAddress, &written) == 1
                    && EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_AEAD_GET_TAG, Int32(WireLimits.tag), tag.baseAddress) == 1
            }
            guard isSealed else { throw CryptoError(.encryptionFailed, "session") }
        }

        func open(
            _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, authenticating data: UInt8?,
            tag: UnsafeRawBufferPointer
        ) throws(CryptoError) {
            guard let count = Int32(exactly: text.count), tag.count == WireLimits.tag else {
                throw CryptoError(.decryptionFailed, "session")
            }
            var written: Int32 = 0
            var initialization = InitializationVector(nonce)
            let base = text.bindMemory(to: UInt8.self).baseAddress
            // The interface takes the expected tag through a mutable pointer and does not write to it.
            let expected = UnsafeMutableRawPointer(mutating: tag.baseAddress)
            var scratch: UInt64 = 0
            let isOpened = withUnsafeBytes(of: &initialization) { vector in
                EVP_DecryptInit_ex(opening, nil, nil, nil, vector.bindMemory(to: UInt8.self).baseAddress) == 1
                    && Self.authenticate(data) { EVP_DecryptUpdate(opening, nil, &written, $0, 1) }
                    && (count == 0 || EVP_DecryptUpdate(opening, base, &written, base, count) == 1)
                    && EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_AEAD_SET_TAG, Int32(WireLimits.tag), expected) == 1
                    && withUnsafeMutableBytes(of: &scratch) { end in
                        EVP_DecryptFinal_ex(opening, end.bindMemory(to: UInt8.self).baseAddress, &written) == 1
                    }
            }
            guard isOpened else {
                // Unauthenticated plaintext goes nowhere.
                text.initializeMemory(as: UInt8.self, repeating: 0)
                throw CryptoError(.decryptionFailed, "session")
            }
        }

        /// Feeds the byte of associated data, if there is one.
        private static func authenticate(_ data: UInt8?, _ update: (UnsafePointer<UInt8>) -> Int32) -> Bool {
            guard var byte = data else { return true }
            return withUnsafePointer(to: &byte) { update($0) == 1 }
        }

        private static let unavailable = CryptoError(.encryptionFailed, "OpenSSL offers no AES-256-GCM")
    }

    /// The 12 bytes of a nonce in memory order.
    private struct InitializationVector {
        private let prefixHigh: UInt32
        private let prefixLow: UInt32
        private let counter: UInt32

        init(_ nonce: Nonce) {
            prefixHigh = UInt32(truncatingIfNeeded: nonce.prefix >> 32).bigEndian
            prefixLow = UInt32(truncatingIfNeeded: nonce.prefix).bigEndian
            counter = nonce.counter.bigEndian
        }
    }
#endif
