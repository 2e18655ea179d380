import PIMCore

/// Bytes that the vector file holds as hex text.
public struct HexBytes: Decodable, Hashable, Sendable {
    public let bytes: [UInt8]

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Hex.decode(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not hex")
        }
        self.bytes = bytes
    }
}
