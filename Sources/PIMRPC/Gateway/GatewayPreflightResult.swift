/// The result of `gateway.preflight`: whether this machine can be a gateway, and what keeps it from being one.
public struct GatewayPreflightResult: Codable, Sendable, Hashable {
    public struct Check: Codable, Sendable, Hashable {
        /// `platform_supported`, `cap_net_admin`, …; clients show unknown ones with blanks for underscores.
        public var name: String
        public var ok: Bool
        /// What was found, for people.
        public var detail: String
        /// Whether there can be no gateway as long as it fails. The others are advice.
        public var required: Bool
        /// What to do about it.
        @ExplicitNull public var fix: String?

        public init(name: String, ok: Bool, detail: String, required: Bool, fix: String?) {
            self.name = name
            self.ok = ok
            self.detail = detail
            self.required = required
            self.fix = fix
        }
    }

    public var supported: Bool
    /// `linux`, `macos`, `windows` or `other`.
    public var platform: String
    public var checks: [Check]
    /// Interfaces that may lead out, the likeliest first.
    public var suggestedNATInterfaces: [String]

    public init(supported: Bool, platform: String, checks: [Check], suggestedNATInterfaces: [String]) {
        self.supported = supported
        self.platform = platform
        self.checks = checks
        self.suggestedNATInterfaces = suggestedNATInterfaces
    }

    enum CodingKeys: String, CodingKey {
        case supported, platform, checks
        case suggestedNATInterfaces = "suggested_nat_interfaces"
    }
}
