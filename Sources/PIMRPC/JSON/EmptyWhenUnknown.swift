public import PIMCore

/// A NodeID that is written as the empty string while nobody knows it: user interfaces expect text there (`spec/rpc.md` §5.2).
/// Reading accepts `null` and a missing member as well.
@propertyWrapper
public struct EmptyWhenUnknown: Codable, Sendable, Hashable {
    public var wrappedValue: NodeID?

    public init(wrappedValue: NodeID?) {
        self.wrappedValue = wrappedValue
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let isUnknown = container.decodeNil() ? true : try container.decode(String.self).isEmpty
        wrappedValue = isUnknown ? nil : try container.decode(NodeID.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encode("") }
    }
}

extension KeyedDecodingContainer {
    /// Chosen by synthesized conformances in place of the general `decode`, which would insist on the member.
    public func decode(_ type: EmptyWhenUnknown.Type, forKey key: Key) throws -> EmptyWhenUnknown {
        try decodeIfPresent(EmptyWhenUnknown.self, forKey: key) ?? EmptyWhenUnknown(wrappedValue: nil)
    }
}
