/// The result of a `*.subscribe` method.
public struct Subscription: Codable, Sendable, Hashable {
    /// `rpc-sub-<n>`, unique in the life of the daemon.
    public var subscriptionID: String

    public init(subscriptionID: String) {
        self.subscriptionID = subscriptionID
    }

    enum CodingKeys: String, CodingKey {
        case subscriptionID = "subscription_id"
    }
}

/// The parameters of a `*.unsubscribe` method. Anything is accepted; what is no reference means the latest subscription.
public struct SubscriptionReference: Codable, Sendable, Hashable {
    public var subscriptionID: String?

    public init(subscriptionID: String? = nil) {
        self.subscriptionID = subscriptionID
    }

    public init(from decoder: any Decoder) throws {
        let container = try? decoder.container(keyedBy: CodingKeys.self)
        subscriptionID = try? container?.decodeIfPresent(String.self, forKey: .subscriptionID)
    }

    enum CodingKeys: String, CodingKey {
        case subscriptionID = "subscription_id"
    }
}
