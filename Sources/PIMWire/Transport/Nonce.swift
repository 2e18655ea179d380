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
}
