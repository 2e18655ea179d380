/// Parameters of `peers.set_broadcast_config` (`spec/rpc.md` §5.2). What is absent stays.
public struct SetBroadcastParameters: Codable, Sendable, Hashable {
    /// A member for which absent and `null` differ.
    public enum Interval: Sendable, Hashable {
        case unchanged
        /// `null`: no periodic announcements.
        case off
        case seconds(UInt64)
    }

    public var outgoingInterval: Interval
    public var watchIncoming: Bool?
    public var minimumPeerIntervalSeconds: UInt64?

    public init(
        outgoingInterval: Interval = .unchanged, watchIncoming: Bool? = nil, minimumPeerIntervalSeconds: UInt64? = nil
    ) {
        self.outgoingInterval = outgoingInterval
        self.watchIncoming = watchIncoming
        self.minimumPeerIntervalSeconds = minimumPeerIntervalSeconds
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if !container.contains(.outgoingInterval) {
            outgoingInterval = .unchanged
        } else if try container.decodeNil(forKey: .outgoingInterval) {
            outgoingInterval = .off
        } else {
            outgoingInterval = .seconds(try Self.seconds(in: container))
        }
        watchIncoming = try container.decodeIfPresent(Bool.self, forKey: .watchIncoming)
        minimumPeerIntervalSeconds = try container.decodeIfPresent(UInt64.self, forKey: .minimumPeerIntervalSeconds)
    }

    /// Less than nothing is nothing: too little like that, and refused with the same code.
    private static func seconds(in container: KeyedDecodingContainer<CodingKeys>) throws -> UInt64 {
        do {
            return try container.decode(UInt64.self, forKey: .outgoingInterval)
        } catch {
            guard let number = try? container.decode(Double.self, forKey: .outgoingInterval), number < 0 else {
                throw error
            }
            return 0
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch outgoingInterval {
        case .unchanged: break
        case .off: try container.encodeNil(forKey: .outgoingInterval)
        case .seconds(let seconds): try container.encode(seconds, forKey: .outgoingInterval)
        }
        try container.encodeIfPresent(watchIncoming, forKey: .watchIncoming)
        try container.encodeIfPresent(minimumPeerIntervalSeconds, forKey: .minimumPeerIntervalSeconds)
    }

    enum CodingKeys: String, CodingKey {
        case outgoingInterval = "outgoing_interval_s"
        case watchIncoming = "watch_incoming"
        case minimumPeerIntervalSeconds = "min_peer_interval_s"
    }
}
