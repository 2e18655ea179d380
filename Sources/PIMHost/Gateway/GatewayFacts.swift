/// What was found on this machine that decides whether it can be a gateway.
public struct GatewayFacts: Sendable, Hashable {
    /// What became of asking the kernel, by `nft`, whether it would take the rules.
    public enum Rules: Sendable, Hashable {
        /// There is no `nft` to ask with.
        case noProgram
        case accepted
        /// With what `nft` said.
        case refused(String)
    }

    public var isLinux: Bool
    /// `interface.enabled`.
    public var isInterfaceEnabled: Bool
    /// `interface.name`.
    public var meshInterface: String
    /// Whether that is switched on.
    public var isInterfaceUp: Bool
    /// Whether another daemon of this machine has its rules in the kernel.
    public var hasOtherGateway: Bool
    /// Whether the kill switch holds this machine's traffic, which would leave by a gateway's uplink.
    public var isTrafficHeld: Bool
    public var hasNetAdmin: Bool
    /// Whether programs that the daemon starts, `nft` among them, have it too.
    public var passesNetAdmin: Bool
    public var rules: Rules
    /// Settings of the kernel that would have to be changed and cannot be, by their names.
    public var lockedSettings: [String]
    public var uplink: Uplink
    public var defaultRoutes: UplinkRoutes
    /// Chains of others that drop what is forwarded unless a rule of theirs says otherwise: `ip filter FORWARD`.
    public var blockingChains: [String]
    /// Interfaces that could be the uplink, the likeliest first.
    public var suggestions: [String]

    public init(
        isLinux: Bool, isInterfaceEnabled: Bool, meshInterface: String, isInterfaceUp: Bool = true,
        hasOtherGateway: Bool = false, isTrafficHeld: Bool = false, hasNetAdmin: Bool,
        passesNetAdmin: Bool, rules: Rules, lockedSettings: [String], uplink: Uplink, defaultRoutes: UplinkRoutes,
        blockingChains: [String] = [], suggestions: [String] = []
    ) {
        self.isLinux = isLinux
        self.isInterfaceEnabled = isInterfaceEnabled
        self.meshInterface = meshInterface
        self.isInterfaceUp = isInterfaceUp
        self.hasOtherGateway = hasOtherGateway
        self.isTrafficHeld = isTrafficHeld
        self.hasNetAdmin = hasNetAdmin
        self.passesNetAdmin = passesNetAdmin
        self.rules = rules
        self.lockedSettings = lockedSettings
        self.uplink = uplink
        self.defaultRoutes = defaultRoutes
        self.blockingChains = blockingChains
        self.suggestions = suggestions
    }
}
