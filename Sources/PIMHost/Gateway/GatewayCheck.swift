/// One thing a gateway needs or would better have, whether it is there, and how to get it (`spec/rpc.md` §5.4).
public struct GatewayCheck: Sendable, Hashable {
    /// What clients know the check by; they show unknown ones with blanks for underscores.
    public struct ID: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let platform = ID(rawValue: "platform_supported")
        public static let meshInterface = ID(rawValue: "mesh_interface_enabled")
        public static let capability = ID(rawValue: "cap_net_admin")
        public static let nft = ID(rawValue: "nft_present")
        public static let rules = ID(rawValue: "nat_rules_accepted")
        public static let forwarding = ID(rawValue: "forwarding_writable")
        public static let uplinkExists = ID(rawValue: "uplink_exists")
        public static let uplinkUp = ID(rawValue: "uplink_up")
        public static let uplinkAddress = ID(rawValue: "uplink_address")
        public static let uplinkIPv6 = ID(rawValue: "uplink_ipv6")
        public static let defaultRoute = ID(rawValue: "default_route")
        public static let onlyGateway = ID(rawValue: "only_gateway")
        public static let noHold = ID(rawValue: "traffic_not_held")
        public static let firewall = ID(rawValue: "forwarding_not_blocked")
    }

    public var id: ID
    public var isOK: Bool
    /// Whether there can be no gateway as long as it fails.
    public var isRequired: Bool
    /// What was found, for people.
    public var message: String
    /// What to do about it; `nil` when nothing is to be done.
    public var fix: String?

    public init(_ id: ID, isOK: Bool, isRequired: Bool = true, _ message: String, fix: String? = nil) {
        self.id = id
        self.isOK = isOK
        self.isRequired = isRequired
        self.message = message
        self.fix = fix
    }
}
