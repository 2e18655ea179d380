/// What a node says it is for, one byte. `spec/discovery.md` §2.
public struct BeaconRoles: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let client = BeaconRoles(rawValue: 0x01)
    /// Forwards for others.
    public static let relay = BeaconRoles(rawValue: 0x02)
    /// A way out of the mesh.
    public static let gateway = BeaconRoles(rawValue: 0x04)

    /// What a node sends: a gateway is all three, a relay is a client too (§3).
    public init(isRelay: Bool, isGateway: Bool) {
        self = isGateway ? [.client, .relay, .gateway] : isRelay ? [.client, .relay] : [.client]
    }

    /// Whether others dial it at all; nodes that are clients only dial themselves (§7).
    public var isDialable: Bool { !isDisjoint(with: [.relay, .gateway]) }
}
