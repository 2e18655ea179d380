import Crypto
import PIMWire

/// The packet cipher on swift-crypto: everywhere the same, and the twin the tests hold the other one against.
///
/// swift-crypto has no interface that works in place, so each frame costs copies and several allocations.
final class PortablePacketCipher: PacketCipher {
    private let key: SymmetricKey

    init(key: SessionKey) {
        self.key = key.key
    }

    func seal(
        _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, authenticating data: UInt8?,
        tag: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        do {
            let sealed = try AES.GCM.seal(
                Array(text), using: key, nonce: Self.nonce(nonce), authenticating: Self.bytes(data))
            text.copyBytes(from: sealed.ciphertext)
            tag.copyBytes(from: sealed.tag)
        } catch {
            throw CryptoError(.encryptionFailed, "session")
        }
    }

    func open(
        _ text: UnsafeMutableRawBufferPointer, nonce: Nonce, authenticating data: UInt8?,
        tag: UnsafeRawBufferPointer
    ) throws(CryptoError) {
        do {
            let box = try AES.GCM.SealedBox(
                nonce: Self.nonce(nonce), ciphertext: Array(text), tag: Array(tag))
            text.copyBytes(from: try AES.GCM.open(box, using: key, authenticating: Self.bytes(data)))
        } catch {
            throw CryptoError(.decryptionFailed, "session")
        }
    }

    private static func bytes(_ data: UInt8?) -> [UInt8] { data.map { [$0] } ?? [] }

    private static func nonce(_ nonce: Nonce) throws -> AES.GCM.Nonce {
        var writer = ByteWriter(capacity: Nonce.byteCount)
        writer.write(uint64: nonce.prefix)
        writer.write(uint32: nonce.counter)
        return try AES.GCM.Nonce(data: writer.bytes)
    }
}
