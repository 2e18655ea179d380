/// The result of `gateway.enable`.
public struct GatewayEnableResult: Codable, Sendable, Hashable {
    /// Whether packets of the mesh leave by this node from now on.
    public var active: Bool
    public var natInterface: String
    /// Prefixes outside of the mesh that are reached through this node.
    public var advertisedRoutes: [String]
    /// Never: the change is live.
    public var requiresRestart: Bool
    /// The configuration file, if it was to be changed.
    @ExplicitNull public var writtenTo: String?

    public init(active: Bool, natInterface: String, advertisedRoutes: [String], writtenTo: String?) {
        self.active = active
        self.natInterface = natInterface
        self.advertisedRoutes = advertisedRoutes
        self.requiresRestart = false
        self.writtenTo = writtenTo
    }

    enum CodingKeys: String, CodingKey {
        case active
        case natInterface = "nat_interface"
        case advertisedRoutes = "advertised_routes"
        case requiresRestart = "requires_restart"
        case writtenTo = "written_to"
    }
}

/// The result of `gateway.disable`.
public struct GatewayDisableResult: Codable, Sendable, Hashable {
    public var active: Bool
    /// Never: the change is live.
    public var requiresRestart: Bool
    /// The configuration file, if it was to be changed.
    @ExplicitNull public var writtenTo: String?

    public init(writtenTo: String?) {
        self.active = false
        self.requiresRestart = false
        self.writtenTo = writtenTo
    }

    enum CodingKeys: String, CodingKey {
        case active
        case requiresRestart = "requires_restart"
        case writtenTo = "written_to"
    }
}
