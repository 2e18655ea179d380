/// A reachable way out of the mesh.
public struct GatewayStatus: Sendable, Hashable {
    public var route: RouteStatus
    /// Lower is better (`spec/routing.md` §12).
    public var score: UInt32
    public var isSelected: Bool
}
