import PIMCore
public import PIMWire

/// Seals and opens the frames of one link with one session key, in place. `spec/crypto.md` §6.
///
/// On a reference link these are Data frames, and counters may skip. On a sealed link they are frames of every type but
/// Handshake, the type being authenticated with them, and every counter has to follow the last: what TCP delivers without
/// a frame in between, somebody has removed that frame from (`design/extensions.md` §2).
///
/// Confined to the loop that owns the link: a counter is assigned and the frame queued in one step, and a replay is checked
/// and recorded in one step (§12.14). A renewed session is a new object; the old one opens for a while longer.
public final class LinkSession {
    /// The first counter that is never sent. §6.3
    static let firstRefusedCounter: UInt32 = 0xffff_fffe

    private let cipher: any PacketCipher
    private let noncePrefix: UInt64
    /// Whether both ends seal every type of frame.
    private let sealsEverything: Bool
    private var nextCounter: UInt32
    private var lastOpened: UInt32?

    public private(set) var framesSealed: UInt64 = 0
    public private(set) var framesOpened: UInt64 = 0

    /// Whether every counter is used up. Permanent: a counter that went on would wrap and repeat nonces (§12.2).
    public private(set) var isExhausted = false

    /// - Parameters:
    ///   - noncePrefix: drawn with `SessionKey.noncePrefix(using:)`.
    ///   - sealsEverything: whether the link is a sealed one.
    /// - Throws: `invalidInput` for a prefix the key does not allow, `encryptionFailed` when the cipher is not available.
    public convenience init(
        key: SessionKey, noncePrefix: UInt64, sealsEverything: Bool = false
    ) throws(CryptoError) {
        guard SafetyRule.noncePrefix.permits(key.allows(noncePrefix: noncePrefix)) else {
            throw CryptoError(.invalidInput, "nonce prefix shows bytes of the session key")
        }
        try self.init(
            cipher: PacketCiphers.preferred(key: key), noncePrefix: noncePrefix, sealsEverything: sealsEverything)
    }

    init(
        cipher: any PacketCipher, noncePrefix: UInt64, sealsEverything: Bool = false, firstCounter: UInt32 = 0
    ) throws(CryptoError) {
        self.cipher = cipher
        self.noncePrefix = noncePrefix
        self.sealsEverything = sealsEverything
        nextCounter = firstCounter
    }

    /// Whether frames of this type are sealed: always Data, never Handshake, the others on sealed links.
    public func seals(_ type: FrameType) -> Bool {
        type == .data || sealsEverything && type != .handshake && type != .fragment
    }

    /// Turns a buffer of 36 + N bytes, whose plaintext stands at offset 20, into a whole frame of a type that is sealed:
    /// header with nonce, ciphertext, tag.
    ///
    /// - Throws: `invalidInput` for a buffer outside the size of a frame or a type that goes in clear, `nonceExhausted`,
    ///   `encryptionFailed`.
    public func seal(_ frame: UnsafeMutableRawBufferPointer, as type: FrameType = .data) throws(CryptoError) {
        guard seals(type) else { throw CryptoError(.invalidInput, "a type that is not sealed") }
        let length = frame.count - WireLimits.transportOverhead
        guard length >= 0 else { throw CryptoError(.invalidInput, "buffer shorter than a Data frame") }
        guard SafetyRule.counterLatch.permits(!isExhausted && nextCounter < Self.firstRefusedCounter) else {
            isExhausted = true
            throw CryptoError(.nonceExhausted, "session")
        }
        let nonce = Nonce(prefix: noncePrefix, counter: nextCounter)
        do {
            try TransportHeader(type: type, length: length, nonce: nonce).encode(into: frame)
        } catch {
            throw CryptoError(.invalidInput, error.description)
        }
        // Used up before the attempt: no failure can make a counter serve twice.
        nextCounter &+= 1
        let text = UnsafeMutableRawBufferPointer(rebasing: frame[WireLimits.transportHeader...].prefix(length))
        let tag = UnsafeMutableRawBufferPointer(rebasing: frame[(WireLimits.transportHeader + length)...])
        try cipher.seal(text, nonce: nonce, authenticating: Self.associatedData(type), tag: tag)
        framesSealed += 1
    }

    /// Opens a sealed frame where it stands: the plaintext replaces the ciphertext at offset 20. Bytes after the frame are
    /// ignored. After a failure the buffer is worthless.
    ///
    /// - Throws: `invalidInput` for anything but a complete frame of a type that is sealed, `reflected` for a frame this
    ///   side sealed (§12.3), `replayedNonce`, `decryptionFailed`, on a sealed link `missingFrame` when a counter was
    ///   skipped. Only success advances the replay state.
    public func open(_ frame: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        let header: TransportHeader
        do {
            header = try TransportHeader.decode(UnsafeRawBufferPointer(frame))
        } catch {
            throw CryptoError(.invalidInput, error.description)
        }
        guard seals(header.type), frame.count >= header.frameLength else {
            throw CryptoError(.invalidInput, "not a complete sealed frame")
        }
        guard SafetyRule.linkReflection.permits(header.nonce.prefix != noncePrefix) else {
            throw CryptoError(.reflected, "own nonce prefix")
        }
        let counter = header.nonce.counter
        guard SafetyRule.linkReplay.permits(lastOpened.map { counter > $0 } ?? true) else {
            throw CryptoError(.replayedNonce, "session")
        }
        let body = frame[WireLimits.transportHeader...]
        let text = UnsafeMutableRawBufferPointer(rebasing: body.prefix(header.length))
        let tag = UnsafeRawBufferPointer(rebasing: body.dropFirst(header.length).prefix(WireLimits.tag))
        try cipher.open(
            text, nonce: header.nonce, authenticating: Self.associatedData(header.type), tag: tag)
        let expected = lastOpened.map { UInt64($0) + 1 } ?? 0
        // Judged by frames that open only: anybody on the path can write counters.
        guard !sealsEverything || SafetyRule.linkGap.permits(counter <= expected) else {
            throw CryptoError(.missingFrame, "sealed link")
        }
        lastOpened = counter
        framesOpened += 1
    }

    /// Data keeps the reference's empty associated data.
    private static func associatedData(_ type: FrameType) -> UInt8? {
        SafetyRule.typeBinding.permits(type == .data) ? nil : type.rawValue
    }
}
