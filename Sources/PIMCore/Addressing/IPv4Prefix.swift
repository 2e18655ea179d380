/// An IPv4 network: `10.77.0.0/16`. Host bits are always clear. `spec/wire.md` §4.1.
public struct IPv4Prefix: Hashable, Sendable, CustomStringConvertible {
    public let network: IPv4Address
    /// Bits of the network part, 0 to 32.
    public let length: Int

    /// The default mesh network, `10.77.0.0/16`.
    public static let mesh = IPv4Prefix(masking: IPv4Address(rawValue: 0x0a4d_0000), length: 16)

    /// The network of this length around an address; `nil` for a length outside 0 to 32.
    public init?(_ address: IPv4Address, length: Int) {
        guard (0...32).contains(length) else { return nil }
        self.init(masking: address, length: length)
    }

    private init(masking address: IPv4Address, length: Int) {
        network = IPv4Address(rawValue: address.rawValue & ~Self.hostMask(length))
        self.length = length
    }

    /// Parses `address/length` and clears host bits.
    ///
    /// - Throws: `PIMError` of category `config`, with a reason of its own for a missing slash, an address that does not
    ///   parse, a length that is no number of one byte, and a length above 32.
    public init(parsing text: String) throws(PIMError) {
        let parts = try PrefixText(text, limit: 32)
        guard let address = IPv4Address(parts.address) else {
            throw PIMError(.config, "“\(parts.address)” in prefix “\(text)” is no IPv4 address")
        }
        self.init(masking: address, length: parts.length)
    }

    /// The bits that number hosts, all set.
    public var hostMask: UInt32 { Self.hostMask(length) }

    public func contains(_ address: IPv4Address) -> Bool {
        address.rawValue & ~hostMask == network.rawValue
    }

    /// The canonical text, `network/length`.
    public var description: String { "\(network)/\(length)" }

    private static func hostMask(_ length: Int) -> UInt32 {
        // The smart shift yields 0 for 32.
        UInt32.max >> UInt32(length)
    }
}

extension IPv4Prefix: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try IPv4Prefix(parsing: container.decode(String.self))
        } catch let error as PIMError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
