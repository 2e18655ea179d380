/// The body of a handshake's Init and Response. `spec/wire.md` §8.
public struct HandshakeHello: Hashable, Sendable {
    /// The sender's Ed25519 public key, 32 bytes.
    public var publicKey: [UInt8]
    /// The sender's ephemeral X25519 public key, 32 bytes.
    public var ephemeral: [UInt8]
    /// 32 random bytes.
    public var nonce: [UInt8]
    /// Ed25519 over `signedBytes`, 64 bytes.
    public var signature: [UInt8]

    public init(publicKey: [UInt8], ephemeral: [UInt8], nonce: [UInt8], signature: [UInt8]) {
        self.publicKey = publicKey
        self.ephemeral = ephemeral
        self.nonce = nonce
        self.signature = signature
    }

    /// What the signature covers: `ephemeral ‖ nonce` (`spec/crypto.md` §5.2).
    public var signedBytes: [UInt8] { ephemeral + nonce }

    init(from reader: inout ByteReader) throws(WireError) {
        publicKey = Array(try reader.bytes(32))
        ephemeral = Array(try reader.bytes(32))
        nonce = Array(try reader.bytes(32))
        signature = Array(try reader.bytes(WireLimits.signature))
    }

    func write(to writer: inout ByteWriter) throws(WireError) {
        guard publicKey.count == 32, ephemeral.count == 32, nonce.count == 32, signature.count == WireLimits.signature
        else { throw WireError(.unencodable, "handshake field of a wrong size") }
        writer.write(bytes: publicKey)
        writer.write(bytes: ephemeral)
        writer.write(bytes: nonce)
        writer.write(bytes: signature)
    }
}
