/// The cryptographic name of a node: the first 16 bytes of `SHA-256(Ed25519 public key)`.
///
/// Two 64-bit words instead of an array: a NodeID is a key of every table in the daemon, so it hashes, compares and
/// copies without touching the heap. The order is bytewise, unsigned and lexicographic, as connection tie-breaks need
/// it. Specified in `spec/wire.md` §3.
public struct NodeID: Hashable, Sendable {
    /// Size on the wire, in bytes.
    public static let byteCount = 16

    /// Bytes 0–7, big-endian.
    public let high: UInt64
    /// Bytes 8–15, big-endian.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads a NodeID from exactly 16 bytes; `nil` for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in bytes.enumerated() {
            if position < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// The 16 bytes as they travel on the wire.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            for position in 0..<8 {
                let shift = UInt64(56 - 8 * position)
                buffer[position] = UInt8(truncatingIfNeeded: high >> shift)
                buffer[position + 8] = UInt8(truncatingIfNeeded: low >> shift)
            }
            count = Self.byteCount
        }
    }
}

extension NodeID: Comparable {
    public static func < (left: NodeID, right: NodeID) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}
