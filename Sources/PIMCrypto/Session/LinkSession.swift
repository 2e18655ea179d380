import PIMWire

/// Seals and opens the Data frames of one link with one session key, in place. `spec/crypto.md` §6.
///
/// Confined to the loop that owns the link: a counter is assigned and the frame queued in one step, and a replay is checked
/// and recorded in one step (§12.14). A renewed session is a new object; the old one opens for a while longer.
public final class LinkSession {
    /// The first counter that is never sent. §6.3
    static let firstRefusedCounter: UInt32 = 0xffff_fffe

    private let cipher: any PacketCipher
    private let noncePrefix: UInt64
    private var nextCounter: UInt32
    private var lastOpened: UInt32?

    public private(set) var framesSealed: UInt64 = 0
    public private(set) var framesOpened: UInt64 = 0

    /// Whether every counter is used up. Permanent: a counter that went on would wrap and repeat nonces (§12.2).
    public private(set) var isExhausted = false

    /// - Parameter noncePrefix: drawn with `SessionKey.noncePrefix(using:)`.
    /// - Throws: `invalidInput` for a prefix the key does not allow, `encryptionFailed` when the cipher is not available.
    public convenience init(key: SessionKey, noncePrefix: UInt64) throws(CryptoError) {
        guard key.allows(noncePrefix: noncePrefix) else {
            throw CryptoError(.invalidInput, "nonce prefix shows bytes of the session key")
        }
        try self.init(cipher: PacketCiphers.preferred(key: key), noncePrefix: noncePrefix)
    }

    init(cipher: any PacketCipher, noncePrefix: UInt64, firstCounter: UInt32 = 0) throws(CryptoError) {
        self.cipher = cipher
        self.noncePrefix = noncePrefix
        nextCounter = firstCounter
    }

    /// Turns a buffer of 36 + N bytes, whose plaintext stands at offset 20, into a whole Data frame: header with nonce,
    /// ciphertext, tag.
    ///
    /// - Throws: `invalidInput` for a buffer outside the size of a frame, `nonceExhausted`, `encryptionFailed`.
    public func seal(_ frame: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        let length = frame.count - WireLimits.transportOverhead
        guard length >= 0 else { throw CryptoError(.invalidInput, "buffer shorter than a Data frame") }
        guard !isExhausted, nextCounter < Self.firstRefusedCounter else {
            isExhausted = true
            throw CryptoError(.nonceExhausted, "session")
        }
        let nonce = Nonce(prefix: noncePrefix, counter: nextCounter)
        do {
            try TransportHeader(type: .data, length: length, nonce: nonce).encode(into: frame)
        } catch {
            throw CryptoError(.invalidInput, error.description)
        }
        // Used up before the attempt: no failure can make a counter serve twice.
        nextCounter += 1
        let text = UnsafeMutableRawBufferPointer(rebasing: frame[WireLimits.transportHeader...].prefix(length))
        let tag = UnsafeMutableRawBufferPointer(rebasing: frame[(WireLimits.transportHeader + length)...])
        try cipher.seal(text, nonce: nonce, tag: tag)
        framesSealed += 1
    }

    /// Opens a Data frame where it stands: the plaintext replaces the ciphertext at offset 20. Bytes after the frame are
    /// ignored. After a failure the buffer is worthless.
    ///
    /// - Throws: `invalidInput` for anything but a complete Data frame, `reflected` for a frame this side sealed (§12.3),
    ///   `replayedNonce`, `decryptionFailed`. Only success advances the replay state.
    public func open(_ frame: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        let header: TransportHeader
        do {
            header = try TransportHeader.decode(UnsafeRawBufferPointer(frame))
        } catch {
            throw CryptoError(.invalidInput, error.description)
        }
        guard header.type == .data, frame.count >= header.frameLength else {
            throw CryptoError(.invalidInput, "not a complete Data frame")
        }
        guard header.nonce.prefix != noncePrefix else { throw CryptoError(.reflected, "own nonce prefix") }
        if let lastOpened, header.nonce.counter <= lastOpened { throw CryptoError(.replayedNonce, "session") }
        let body = frame[WireLimits.transportHeader...]
        let text = UnsafeMutableRawBufferPointer(rebasing: body.prefix(header.length))
        let tag = UnsafeRawBufferPointer(rebasing: body.dropFirst(header.length).prefix(WireLimits.tag))
        try cipher.open(text, nonce: header.nonce, tag: tag)
        lastOpened = header.nonce.counter
        framesOpened += 1
    }
}
