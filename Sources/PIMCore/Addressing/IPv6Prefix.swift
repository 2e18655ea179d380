/// An IPv6 network: `fd77::/64`. Host bits are always clear. `spec/wire.md` §4.1.
public struct IPv6Prefix: Hashable, Sendable, CustomStringConvertible {
    public let network: IPv6Address
    /// Bits of the network part, 0 to 128.
    public let length: Int

    /// The default mesh network, `fd77::/64`.
    public static let mesh = IPv6Prefix(masking: IPv6Address(high: 0xfd77 << 48, low: 0), length: 64)

    /// The network of this length around an address; `nil` for a length outside 0 to 128.
    public init?(_ address: IPv6Address, length: Int) {
        guard (0...128).contains(length) else { return nil }
        self.init(masking: address, length: length)
    }

    private init(masking address: IPv6Address, length: Int) {
        let mask = Self.hostMask(length)
        network = IPv6Address(high: address.high & ~mask.high, low: address.low & ~mask.low)
        self.length = length
    }

    /// Parses `address/length` and clears host bits.
    ///
    /// - Throws: `PIMError` of category `config`, with a reason of its own for a missing slash, an address that does not
    ///   parse, a length that is no number of one byte, and a length above 128.
    public init(parsing text: String) throws(PIMError) {
        let parts = try PrefixText(text, limit: 128)
        guard let address = IPv6Address(parts.address) else {
            throw PIMError(.config, "“\(parts.address)” in prefix “\(text)” is no IPv6 address")
        }
        self.init(masking: address, length: parts.length)
    }

    /// The bits that number hosts, all set.
    public var hostMask: IPv6Address { Self.hostMask(length) }

    public func contains(_ address: IPv6Address) -> Bool {
        let mask = hostMask
        return address.high & ~mask.high == network.high && address.low & ~mask.low == network.low
    }

    /// The canonical text, `network/length`.
    public var description: String { "\(network)/\(length)" }

    private static func hostMask(_ length: Int) -> IPv6Address {
        // Smart shifts yield 0 from 64 on.
        IPv6Address(high: UInt64.max >> UInt64(length), low: UInt64.max >> UInt64(max(length - 64, 0)))
    }
}

extension IPv6Prefix: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try IPv6Prefix(parsing: container.decode(String.self))
        } catch let error as PIMError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
