/// Parameters of a method that looks at none: anything is accepted.
public struct NoParameters: Codable, Sendable, Hashable {
    public init() {}
    public init(from decoder: any Decoder) throws {}

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}
