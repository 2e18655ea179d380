import PIMWire

/// AES-256-GCM in place, with empty associated data and a detached tag: what a Data frame needs.
///
/// One cipher serves one session in both directions and is confined to the loop that owns it. Nonces are the caller's
/// responsibility.
protocol PacketCipher: AnyObject {
    /// Replaces plaintext by ciphertext and writes the 16 bytes of `tag`.
    func seal(
        _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, tag: UnsafeMutableRawBufferPointer
    ) throws(CryptoError)

    /// Replaces ciphertext by plaintext; on failure the text is zeroed or left as it was, and must not be used.
    func open(
        _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, tag: UnsafeRawBufferPointer
    ) throws(CryptoError)
}
