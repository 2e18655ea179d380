import PIMWire

/// AES-256-GCM in place, with a detached tag and at most one byte of associated data: what sealed frames need.
///
/// One cipher serves one session in both directions and is confined to the loop that owns it. Nonces are the caller's
/// responsibility.
protocol PacketCipher: AnyObject {
    /// Replaces plaintext by ciphertext and writes the 16 bytes of `tag`.
    ///
    /// - Parameter data: The byte of associated data, if any.
    func seal(
        _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, authenticating data: UInt8?,
        tag: UnsafeMutableRawBufferPointer
    ) throws(CryptoError)

    /// Replaces ciphertext by plaintext; on failure the text is zeroed or left as it was, and must not be used.
    func open(
        _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, authenticating data: UInt8?,
        tag: UnsafeRawBufferPointer
    ) throws(CryptoError)
}
