public import PIMCore

/// The networks mesh addresses are derived in, the same on every node of a mesh (`spec/host-network.md` §1).
public struct MeshPrefixes: Sendable, Hashable {
    public var ipv4: IPv4Prefix
    public var ipv6: IPv6Prefix

    public init(ipv4: IPv4Prefix = .mesh, ipv6: IPv6Prefix = .mesh) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    /// Whether an address belongs to a node of the mesh. What does not leaves the mesh at a gateway.
    public func contains(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let address): ipv4.contains(address)
        case .v6(let address): ipv6.contains(address)
        }
    }

    /// Whether an address is the broadcast address of the mesh network, which is nobody's.
    func isBroadcast(_ address: IPAddress) -> Bool {
        guard case .v4(let address) = address, ipv4.length < 31 else { return false }
        return ipv4.contains(address) && address.rawValue & ipv4.hostMask == ipv4.hostMask
    }
}
