/// The result of `logs.subscribe`.
public struct LogSubscription: Codable, Sendable, Hashable {
    public var subscriptionID: String
    /// Ours: how many lines of history follow as notifications; 0 after the first subscription of a connection.
    @ExplicitNull public var history: Int?

    public init(subscriptionID: String, history: Int?) {
        self.subscriptionID = subscriptionID
        self.history = history
    }

    enum CodingKeys: String, CodingKey {
        case history
        case subscriptionID = "subscription_id"
    }
}
