/// What there is to say about a kind of notification (`spec/rpc.md` §6), for documentation and listings.
public struct RPCEventDescription: Sendable {
    public let stream: EventStream
    /// One sentence for people.
    public let summary: String
    /// The type of `params`.
    public let parameters: any (Codable & Sendable).Type
    /// Whether a ``LaggedNotice`` can come in place of events that were lost.
    public let noticesGaps: Bool

    public init(
        _ stream: EventStream, summary: String, parameters: any (Codable & Sendable).Type, noticesGaps: Bool = true
    ) {
        self.stream = stream
        self.summary = summary
        self.parameters = parameters
        self.noticesGaps = noticesGaps
    }

    /// `peers.event`.
    public var name: String { stream.event }
}
