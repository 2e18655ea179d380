/// The AES-GCM nonce of a Data frame: the sender's prefix of this session, then a counter. `spec/crypto.md` §6.2.
public struct Nonce: Hashable, Sendable {
    /// Size on the wire, in bytes.
    public static let byteCount = 12

    public var prefix: UInt64
    public var counter: UInt32

    public init(prefix: UInt64, counter: UInt32) {
        self.prefix = prefix
        self.counter = counter
    }

    /// Twelve zero bytes: the nonce of clear frames.
    public static let zero = Nonce(prefix: 0, counter: 0)

    /// Reads the first 12 bytes; the caller has checked that they are there.
    public init(decoding bytes: UnsafeRawBufferPointer) {
        self.init(prefix: bytes.bigEndian(at: 0, as: UInt64.self), counter: bytes.bigEndian(at: 8, as: UInt32.self))
    }

    /// Writes the 12 bytes to the front of `bytes`, which has room for them.
    public func write(to bytes: UnsafeMutableRawBufferPointer) {
        bytes.store(bigEndian: prefix, at: 0)
        bytes.store(bigEndian: counter, at: 8)
    }
}
