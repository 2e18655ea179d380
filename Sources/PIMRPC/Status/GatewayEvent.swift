public import PIMCore

/// Parameters of `gateway.event`.
public struct GatewayEvent: Codable, Sendable, Hashable {
    public struct Kind: RawRepresentable, OpenWord, Codable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let enabled = Kind(rawValue: "enabled")
        public static let disabled = Kind(rawValue: "disabled")
        /// `detail`: `level` 1 or 2, `used`, `max`.
        public static let conntrackPressure = Kind(rawValue: "conntrack_pressure")
        /// `detail`: `in_bps`, `out_bps`, `conntrack_used`, `conntrack_max`.
        public static let throughputSample = Kind(rawValue: "throughput_sample")
        public static let peerThroughMeAdded = Kind(rawValue: "peer_through_me_added")
        public static let peerThroughMeRemoved = Kind(rawValue: "peer_through_me_removed")

        public static let knownWords: [Kind] = [
            .enabled, .disabled, .conntrackPressure, .throughputSample,
            .peerThroughMeAdded, .peerThroughMeRemoved,
        ]
    }

    public var kind: Kind
    /// UTC text, see ``RPCTimestamp``.
    public var at: String
    public var detail: [String: JSONValue]?

    public init(_ kind: Kind, at: String, detail: [String: JSONValue]? = nil) {
        self.kind = kind
        self.at = at
        self.detail = detail
    }
}
