import Crypto
public import PIMCore

extension NodeID {
    /// The first 16 bytes of SHA-256 of an Ed25519 public key. `spec/wire.md` §3.
    public init(derivedFrom publicKey: [UInt8]) {
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (position, byte) in SHA256.hash(data: publicKey).prefix(Self.byteCount).enumerated() {
            if position < 8 {
                words.high = words.high << 8 | UInt64(byte)
            } else {
                words.low = words.low << 8 | UInt64(byte)
            }
        }
        self.init(high: words.high, low: words.low)
    }
}
