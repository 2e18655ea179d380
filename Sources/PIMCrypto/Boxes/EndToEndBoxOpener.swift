import PIMWire

/// Opens boxes to this node, in place, and remembers the keys of senders that use one ephemeral key for many boxes
/// (`design/extensions.md` §6). Confined to the loop that owns it.
public final class EndToEndBoxOpener {
    private static let remembered = 256

    /// The 32 bytes of a key, without a place on the heap.
    private struct EphemeralKey: Hashable {
        let words: SIMD4<UInt64>

        init(_ bytes: UnsafeRawBufferPointer) {
            words = SIMD4(
                bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        }
    }

    private let identity: Identity
    /// By ephemeral key.
    private var ciphers: [EphemeralKey: any PacketCipher] = [:]
    /// The keys in the order they came: the oldest goes first.
    private var order: [EphemeralKey] = []
    private var oldest = 0

    public init(identity: Identity) {
        self.identity = identity
    }

    /// Ephemeral keys whose agreement is remembered.
    var rememberedKeys: Int { ciphers.count }

    /// Whether the next box under these 32 bytes costs no agreement.
    func remembers(_ ephemeral: [UInt8]) -> Bool {
        ephemeral.count == 32 && ephemeral.withUnsafeBytes { ciphers[EphemeralKey($0)] != nil }
    }

    /// Whether the key of the box's sender is remembered, so that opening it costs no agreement.
    public func knows(_ box: UnsafeMutableRawBufferPointer) -> Bool {
        box.count >= EndToEndBox.overhead && ciphers[EphemeralKey(UnsafeRawBufferPointer(box))] != nil
    }

    /// Opens a box where it stands and returns its content, a part of the buffer. After a failure the buffer is worthless.
    ///
    /// - Throws: `tooShort`, `weakAgreement`, `decryptionFailed`.
    public func open(_ box: UnsafeMutableRawBufferPointer) throws(CryptoError) -> UnsafeMutableRawBufferPointer {
        guard box.count >= EndToEndBox.overhead else { throw CryptoError(.tooShort, "end-to-end box") }
        let ephemeral = EphemeralKey(UnsafeRawBufferPointer(box))
        let known = ciphers[ephemeral]
        let cipher: any PacketCipher
        if let known {
            cipher = known
        } else {
            cipher = try PacketCiphers.preferred(key: identity.boxKey(from: Array(box[..<32])))
        }
        let end = box.count - WireLimits.tag
        let text = UnsafeMutableRawBufferPointer(rebasing: box[EndToEndBox.header..<end])
        let nonce = Nonce(decoding: UnsafeRawBufferPointer(rebasing: box[32..<EndToEndBox.header]))
        try cipher.open(
            text, nonce: nonce, authenticating: nil, tag: UnsafeRawBufferPointer(rebasing: box[end...]))
        if known == nil { remember(cipher, of: ephemeral) }
        return text
    }

    private func remember(_ cipher: any PacketCipher, of ephemeral: EphemeralKey) {
        ciphers[ephemeral] = cipher
        guard order.count >= Self.remembered else { return order.append(ephemeral) }
        ciphers[order[oldest]] = nil
        order[oldest] = ephemeral
        oldest = (oldest + 1) % Self.remembered
    }
}
