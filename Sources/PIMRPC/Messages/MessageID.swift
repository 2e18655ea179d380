internal import PIMCore

/// The name of a message, the same on both sides: a random UUID of version 4 in its normal byte order
/// (`spec/messaging.md` §2). Its text form is 32 lowercase hex digits without dashes.
public struct MessageID: Hashable, Sendable {
    /// Size on the wire, in bytes.
    public static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// Reads an identifier from exactly 16 bytes; `nil` for any other count. Any 16 bytes will do: other nodes' choices
    /// are not checked for being a UUID.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in bytes.enumerated() {
            if position < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.high = high
        self.low = low
    }

    /// `nil` unless the text is exactly 32 hex digits of either case.
    public init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// A new identifier.
    public static func random(using generator: inout some RandomNumberGenerator) -> MessageID {
        let high = UInt64.random(in: .min ... .max, using: &generator)
        let low = UInt64.random(in: .min ... .max, using: &generator)
        return MessageID(
            high: high & 0xffff_ffff_ffff_0fff | 0x0000_0000_0000_4000,
            low: low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000)
    }

    /// A new identifier from the system's random source.
    public static func random() -> MessageID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The 16 bytes as they travel on the wire.
    public var bytes: [UInt8] { NodeID(high: high, low: low).bytes }
}

extension MessageID: CustomStringConvertible {
    /// 32 lowercase hex digits.
    public var description: String { Hex.encode(bytes) }
}

extension MessageID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let parsed = try MessageID(hex: container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a message id has 32 hex digits")
        }
        self = parsed
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
