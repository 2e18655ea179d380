public import PIMCore

/// Parameters of `status.event`.
public struct StatusEvent: Codable, Sendable, Hashable {
    public struct Kind: RawRepresentable, OpenWord, Codable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let interfaceUp = Kind(rawValue: "interface_up")
        public static let interfaceDown = Kind(rawValue: "interface_down")
        /// `detail.node_id`
        public static let gatewaySelected = Kind(rawValue: "gateway_selected")
        public static let gatewayLost = Kind(rawValue: "gateway_lost")
        public static let routeOn = Kind(rawValue: "route_on")
        public static let routeOff = Kind(rawValue: "route_off")
        /// `detail.role`, as in `status.role`.
        public static let roleChanged = Kind(rawValue: "role_changed")
        public static let killSwitch = Kind(rawValue: "kill_switch")

        public static let knownWords: [Kind] = [
            .interfaceUp, .interfaceDown, .gatewaySelected, .gatewayLost, .routeOn,
            .routeOff, .roleChanged, .killSwitch,
        ]
    }

    public var kind: Kind
    /// UTC text, see ``RPCTimestamp``.
    public var at: String
    /// Left out where the kind has no context.
    public var detail: [String: JSONValue]?

    public init(_ kind: Kind, at: String, detail: [String: JSONValue]? = nil) {
        self.kind = kind
        self.at = at
        self.detail = detail
    }
}
