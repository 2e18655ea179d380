public import PIMCore
public import PIMWire

/// Seals to and opens from one other node under the keys of one session, in place. `design/extensions.md` §5.
///
/// Confined to the loop that owns it: a counter is assigned once, and a replay is checked, the frame opened and the window
/// moved in one step.
public final class EndToEndSession {
    public let id: SessionID
    public let peer: NodeID
    private let keys: EndToEndKeys
    private var payloads = Channel()
    private var packets = Channel()

    /// One kind of frame in both directions. Ciphers are made with their first frame: most sessions carry one kind only.
    private struct Channel {
        var sealer: (any PacketCipher)?
        var nextCounter: UInt64 = 0
        var opener: (any PacketCipher)?
        var window = ReplayWindow()
    }

    /// Frames sealed, of both kinds.
    public private(set) var framesSealed: UInt64 = 0

    public init(keys: EndToEndKeys, peer: NodeID) {
        id = keys.id
        self.peer = peer
        self.keys = keys
    }

    /// Turns a buffer whose plaintext stands at offset 17, with 16 bytes behind it, into a sealed frame.
    ///
    /// - Throws: `invalidInput` for a buffer below 33 or above 65,535 bytes, `nonceExhausted`, `encryptionFailed`.
    public func seal(_ frame: UnsafeMutableRawBufferPointer, as tag: SealedFrameHeader.Tag) throws(CryptoError) {
        switch tag {
        case .payload: try seal(frame, as: tag, through: &payloads)
        case .packets: try seal(frame, as: tag, through: &packets)
        }
        framesSealed += 1
    }

    /// Opens a sealed frame where it stands and returns its plaintext, a part of the buffer. After a failure the buffer is
    /// worthless.
    ///
    /// - Throws: `replayedNonce`, `decryptionFailed`. Only what opens moves the window.
    public func open(
        _ header: SealedFrameHeader, _ frame: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> UnsafeMutableRawBufferPointer {
        switch header.tag {
        case .payload: try open(header, frame, through: &payloads)
        case .packets: try open(header, frame, through: &packets)
        }
    }

    private func seal(
        _ frame: UnsafeMutableRawBufferPointer, as tag: SealedFrameHeader.Tag, through channel: inout Channel
    ) throws(CryptoError) {
        guard (WireLimits.sealedOverhead...WireLimits.meshPayload).contains(frame.count) else {
            throw CryptoError(.invalidInput, "buffer outside the size of a sealed frame")
        }
        let cipher: any PacketCipher
        if let made = channel.sealer {
            cipher = made
        } else {
            cipher = try PacketCiphers.preferred(key: keys.outgoing(tag))
        }
        channel.sealer = cipher
        let counter = channel.nextCounter
        guard counter < WireLimits.sealedCounterEnd else { throw CryptoError(.nonceExhausted, "session") }
        // Used up before the attempt: no failure can make a counter serve twice.
        channel.nextCounter += 1
        do {
            try SealedFrameHeader(tag: tag, session: id, counter: counter).write(to: frame)
        } catch {
            throw CryptoError(.invalidInput, error.description)
        }
        let (text, authenticator) = Self.parts(of: frame)
        try cipher.seal(text, nonce: Nonce(sealedCounter: counter), authenticating: nil, tag: authenticator)
    }

    private func open(
        _ header: SealedFrameHeader, _ frame: UnsafeMutableRawBufferPointer, through channel: inout Channel
    ) throws(CryptoError) -> UnsafeMutableRawBufferPointer {
        guard frame.count >= WireLimits.sealedOverhead else { throw CryptoError(.tooShort, "sealed frame") }
        guard SafetyRule.sealedReplay.permits(channel.window.admits(header.counter)) else {
            throw CryptoError(.replayedNonce, "session")
        }
        let cipher: any PacketCipher
        if let made = channel.opener {
            cipher = made
        } else {
            cipher = try PacketCiphers.preferred(key: keys.incoming(header.tag))
        }
        channel.opener = cipher
        let (text, authenticator) = Self.parts(of: frame)
        try cipher.open(
            text, nonce: Nonce(sealedCounter: header.counter), authenticating: nil,
            tag: UnsafeRawBufferPointer(authenticator))
        channel.window.note(header.counter)
        return text
    }

    private static func parts(
        of frame: UnsafeMutableRawBufferPointer
    ) -> (text: UnsafeMutableRawBufferPointer, tag: UnsafeMutableRawBufferPointer) {
        let end = frame.count - WireLimits.tag
        return (
            UnsafeMutableRawBufferPointer(rebasing: frame[WireLimits.sealedHeader..<end]),
            UnsafeMutableRawBufferPointer(rebasing: frame[end...])
        )
    }
}

extension Nonce {
    /// `00000000 ‖ counter`: the nonce of a sealed frame.
    init(sealedCounter counter: UInt64) {
        self.init(prefix: counter >> 32, counter: UInt32(truncatingIfNeeded: counter))
    }
}
