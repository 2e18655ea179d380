/// The names of everything the mesh engine counts. Counted by links, by the control plane and by the forwarder; shown by `pim status --verbose` and exported as metrics.
public struct MeshCounter: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    // Forwarding.
    public static let ownSource = MeshCounter(rawValue: "drop_own_source")
    /// A frame of a revoked node.
    public static let revokedSource = MeshCounter(rawValue: "drop_revoked_source")
    public static let relayingOff = MeshCounter(rawValue: "drop_relaying_off")
    public static let ttlExpired = MeshCounter(rawValue: "drop_ttl_expired")
    public static let noRoute = MeshCounter(rawValue: "drop_no_route")
    public static let wouldReturn = MeshCounter(rawValue: "drop_would_return")
    public static let congested = MeshCounter(rawValue: "drop_congested")
    public static let packetWithoutInterface = MeshCounter(rawValue: "drop_packet_without_interface")
}
