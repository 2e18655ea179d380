/// A node's static X25519 public key, 32 bytes: what messages and boxes to it are sealed for.
///
/// It depends on the node's secret seed and cannot be checked against a NodeID (`spec/crypto.md` §3), which is why the
/// peer directory pins it.
public struct X25519PublicKey: Hashable, Sendable, CustomStringConvertible {
    public static let byteCount = 32

    public let bytes: [UInt8]

    /// `nil` unless there are exactly 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// `nil` unless the text is exactly 64 hex digits of either case.
    public init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// 64 lowercase hex digits.
    public var description: String { Hex.encode(bytes) }
}
