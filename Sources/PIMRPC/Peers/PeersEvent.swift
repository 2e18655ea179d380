public import PIMCore

/// Parameters of `peers.event`.
public struct PeersEvent: Codable, Sendable, Hashable {
    public struct Kind: RawRepresentable, OpenWord, Codable, Sendable, Hashable {
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
        /// Ours: another X25519 key than the known one came in the peer's name, with `kept` and `refused`
        /// (`design/extensions.md` §3).
        public static let keyConflict = Kind(rawValue: "key_conflict")

        public static let knownWords: [Kind] = [
            .connected, .disconnected, .stateChanged, .discovered,
            .pairFailed, .keyConflict,
        ]
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
    public var kept: X25519PublicKey?
    public var refused: X25519PublicKey?

    public init(
        _ kind: Kind, _ peer: Subject, at: String, reason: String? = nil, kept: X25519PublicKey? = nil,
        refused: X25519PublicKey? = nil
    ) {
        self.kind = kind
        self.peer = peer
        self.at = at
        self.reason = reason
        self.kept = kept
        self.refused = refused
    }

    enum CodingKeys: String, CodingKey {
        case kind, peer, at, reason
        case kept = "kept_x25519_pubkey"
        case refused = "refused_x25519_pubkey"
    }
}
