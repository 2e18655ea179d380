/// An IPv6 address as two numbers.
public struct IPv6Address: Hashable, Sendable {
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

    /// `::`.
    public static let unspecified = IPv6Address(high: 0, low: 0)

    /// The eight 16-bit groups, first one first.
    var groups: [UInt16] {
        (0..<8).map { position in
            UInt16(truncatingIfNeeded: (position < 4 ? high : low) >> UInt64(48 - position % 4 * 16))
        }
    }

    init(groups: [UInt16]) {
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (position, group) in groups.enumerated() {
            if position < 4 {
                words.high = words.high << 16 | UInt64(group)
            } else {
                words.low = words.low << 16 | UInt64(group)
            }
        }
        self.init(high: words.high, low: words.low)
    }
}

extension IPv6Address: Comparable {
    public static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension IPv6Address: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPv6Address(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is no IPv6 address")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
