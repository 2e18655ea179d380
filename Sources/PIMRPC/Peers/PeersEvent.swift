/// Parameters of `peers.event`.
public struct PeersEvent: Codable, Sendable, Hashable {
    public struct Kind: RawRepresentable, Codable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let connected = Kind(rawValue: "connected")
        /// With `reason`.
        public static let disconnected = Kind(rawValue: "disconnected")
        public static let stateChanged = Kind(rawValue: "state_changed")
        /// Its subject is a discovery record.
        public static let discovered = Kind(rawValue: "discovered")
        /// With `reason`.
        public static let pairFailed = Kind(rawValue: "pair_failed")
    }

    /// Whom the event is about.
    public enum Subject: Codable, Sendable, Hashable {
        case neighbour(PeerSummary)
        case discovered(DiscoveredPeer)

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let peer = try? container.decode(PeerSummary.self) {
                self = .neighbour(peer)
            } else {
                self = .discovered(try container.decode(DiscoveredPeer.self))
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .neighbour(let peer): try container.encode(peer)
            case .discovered(let peer): try container.encode(peer)
            }
        }
    }

    public var kind: Kind
    public var peer: Subject
    /// UTC text, see ``RPCTimestamp``.
    public var at: String
    public var reason: String?

    public init(_ kind: Kind, _ peer: Subject, at: String, reason: String? = nil) {
        self.kind = kind
        self.peer = peer
        self.at = at
        self.reason = reason
    }
}
