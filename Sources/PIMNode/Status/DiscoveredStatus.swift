public import PIMCore
public import PIMWire

/// One address at which a node is announced at present.
public struct DiscoveredStatus: Sendable, Hashable {
    public var node: NodeID
    /// `host:port`.
    public var address: String
    public var roles: BeaconRoles
    public var firstSeen: MonotonicTime
    public var lastSeen: MonotonicTime
    public var isConnected: Bool
}
