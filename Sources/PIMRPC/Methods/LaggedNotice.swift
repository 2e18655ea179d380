/// Parameters of an event of kind `lagged`: this client did not keep up and lost the oldest events of the stream. State
/// must be read afresh. Clients that do not know the kind ignore it.
public struct LaggedNotice: Codable, Sendable, Hashable {
    public static let kind = "lagged"

    public var kind: String
    /// UTC text, see ``RPCTimestamp``.
    public var at: String
    /// How many events were lost.
    public var dropped: Int

    public init(dropped: Int, at: String) {
        kind = Self.kind
        self.dropped = dropped
        self.at = at
    }
}
