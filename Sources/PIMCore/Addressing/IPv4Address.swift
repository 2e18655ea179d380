/// An IPv4 address as a number: hashes, compares and copies without touching the heap.
public struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    /// The address in host byte order: `10.77.0.1` is `0x0a4d_0001`.
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `0.0.0.0`: what a node without a mesh address advertises.
    public static let unspecified = IPv4Address(rawValue: 0)

    /// Parses four decimal numbers between dots, without leading zeros, signs or white space; `nil` otherwise.
    public init?(_ text: some StringProtocol) {
        var value: UInt32 = 0
        var parts = 0
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard parts < 4, let number = DecimalText.value(of: part, atMost: 255) else { return nil }
            value = value << 8 | UInt32(number)
            parts += 1
        }
        guard parts == 4 else { return nil }
        self.init(rawValue: value)
    }

    /// The dotted quad.
    public var description: String {
        "\(rawValue >> 24).\(rawValue >> 16 & 0xff).\(rawValue >> 8 & 0xff).\(rawValue & 0xff)"
    }
}

extension IPv4Address: Comparable {
    public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.rawValue < right.rawValue }
}

extension IPv4Address: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPv4Address(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is no IPv4 address")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
