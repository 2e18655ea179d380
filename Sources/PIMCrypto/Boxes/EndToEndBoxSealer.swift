public import PIMCore
import PIMWire

/// Seals boxes to one recipient, in place: the packet path's form of `EndToEndBox`.
///
/// One ephemeral key serves a recipient for 60 s or 2²⁰ boxes, so an agreement is not computed per packet; the nonce is
/// random for every box (`design/extensions.md` §6). Confined to the loop that owns it.
public final class EndToEndBoxSealer {
    private static let lifetime = Duration.seconds(60)
    private static let boxes = 1 << 20

    private let cipher: any PacketCipher
    private let publicKey: [UInt8]
    private let made: MonotonicTime
    private var sealed = 0

    /// - Throws: `weakAgreement` for a recipient key of small order.
    public init(
        recipient: X25519PublicKey, at time: MonotonicTime, using random: inout some RandomNumberGenerator
    ) throws(CryptoError) {
        let ephemeral = try Ephemeral(using: &random)
        let key = Derivation.key(from: try ephemeral.agree(with: recipient.bytes), info: EndToEndBox.info)
        cipher = try PacketCiphers.preferred(key: SessionKey(key))
        publicKey = ephemeral.publicKey
        made = time
    }

    /// Whether another one has to take over.
    public func isWorn(at time: MonotonicTime) -> Bool {
        sealed >= Self.boxes || made.advanced(by: Self.lifetime) <= time
    }

    /// Turns a buffer whose content stands at offset 44, with 16 bytes behind it, into a box.
    ///
    /// - Throws: `invalidInput` below 60 bytes, `encryptionFailed`.
    public func seal(
        _ box: UnsafeMutableRawBufferPointer, using random: inout some RandomNumberGenerator
    ) throws(CryptoError) {
        guard box.count >= EndToEndBox.overhead else { throw CryptoError(.invalidInput, "buffer for a box") }
        let nonce = Nonce(prefix: random.next(), counter: random.next())
        sealed += 1
        box.copyBytes(from: publicKey)
        nonce.write(to: UnsafeMutableRawBufferPointer(rebasing: box[32..<EndToEndBox.header]))
        let end = box.count - WireLimits.tag
        try cipher.seal(
            UnsafeMutableRawBufferPointer(rebasing: box[EndToEndBox.header..<end]), nonce: nonce, authenticating: nil,
            tag: UnsafeMutableRawBufferPointer(rebasing: box[end...]))
    }
}
