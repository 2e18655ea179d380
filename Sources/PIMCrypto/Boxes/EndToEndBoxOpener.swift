import PIMWire

/// Opens boxes to this node, in place, and remembers the keys of senders that use one ephemeral key for many boxes
/// (`design/extensions.md` §6). Confined to the loop that owns it.
public final class EndToEndBoxOpener {
    private static let remembered = 256

    private let identity: Identity
    /// By ephemeral key.
    private var ciphers: [[UInt8]: any PacketCipher] = [:]
    /// The keys in the order they came: the oldest goes first.
    private var order: [[UInt8]] = []
    private var oldest = 0

    public init(identity: Identity) {
        self.identity = identity
    }

    /// Opens a box where it stands and returns its content, a part of the buffer. After a failure the buffer is worthless.
    ///
    /// - Throws: `tooShort`, `weakAgreement`, `decryptionFailed`.
    public func open(_ box: UnsafeMutableRawBufferPointer) throws(CryptoError) -> UnsafeMutableRawBufferPointer {
        guard box.count >= EndToEndBox.overhead else { throw CryptoError(.tooShort, "end-to-end box") }
        let ephemeral = Array(box[..<32])
        let known = ciphers[ephemeral]
        let cipher: any PacketCipher
        if let known {
            cipher = known
        } else {
            cipher = try PacketCiphers.preferred(key: identity.boxKey(from: ephemeral))
        }
        let end = box.count - WireLimits.tag
        let text = UnsafeMutableRawBufferPointer(rebasing: box[EndToEndBox.header..<end])
        let nonce = Nonce(decoding: UnsafeRawBufferPointer(rebasing: box[32..<EndToEndBox.header]))
        try cipher.open(
            text, nonce: nonce, authenticating: nil, tag: UnsafeRawBufferPointer(rebasing: box[end...]))
        if known == nil { remember(cipher, of: ephemeral) }
        return text
    }

    private func remember(_ cipher: any PacketCipher, of ephemeral: [UInt8]) {
        ciphers[ephemeral] = cipher
        guard order.count >= Self.remembered else { return order.append(ephemeral) }
        ciphers[order[oldest]] = nil
        order[oldest] = ephemeral
        oldest = (oldest + 1) % Self.remembered
    }
}
