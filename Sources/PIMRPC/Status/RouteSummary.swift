public import PIMCore

/// `status.routes`.
public struct RouteSummary: Codable, Sendable, Hashable {
    /// Entries of the routing table.
    public var active: Int
    /// Routes that expired and have not come back.
    public var expired: Int
    /// The gateway preferred for egress.
    @ExplicitNull public var selectedGateway: NodeID?

    public init(active: Int, expired: Int, selectedGateway: NodeID?) {
        self.active = active
        self.expired = expired
        self.selectedGateway = selectedGateway
    }

    enum CodingKeys: String, CodingKey {
        case active, expired
        case selectedGateway = "selected_gateway"
    }
}
