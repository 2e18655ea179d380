import PIMCore
import PIMCrypto

/// Mesh address → NodeID, for every reachable node and this one. Addresses are derived from NodeIDs, so two nodes can
/// share one, of IPv6 in a small network only: the first keeps it and the others get it when it goes
/// (`spec/routing.md` §3.1, §16.15).
struct AddressIndex: Sendable {
    let own: NodeID
    private let derive: @Sendable (NodeID) -> IPv4Address
    private let deriveIPv6: @Sendable (NodeID) -> IPv6Address
    /// In the order they came; the first owns the address.
    private var claims: [IPAddress: [NodeID]] = [:]
    private var addresses: [NodeID: IPv4Address] = [:]
    /// Who packets to an address go to, of both versions.
    private(set) var owners: [IPAddress: NodeID] = [:]
    /// Collisions of IPv4 addresses seen since the start.
    private(set) var collisions: UInt64 = 0

    init(
        own: NodeID, deriveIPv6: @escaping @Sendable (NodeID) -> IPv6Address = { MeshAddress.ipv6(of: $0, in: .mesh) },
        derive: @escaping @Sendable (NodeID) -> IPv4Address
    ) {
        self.own = own
        self.derive = derive
        self.deriveIPv6 = deriveIPv6
        _ = insert(own)
    }

    /// Adds a node; returns the owner of its address when that is another node.
    mutating func insert(_ node: NodeID) -> NodeID? {
        guard addresses[node] == nil else { return nil }
        let address = derive(node)
        addresses[node] = address
        claim(.v6(deriveIPv6(node)), for: node)
        claim(.v4(address), for: node)
        guard let owner = owners[.v4(address)], owner != node else { return nil }
        collisions += 1
        return owner
    }

    private mutating func claim(_ address: IPAddress, for node: NodeID) {
        claims[address, default: []].append(node)
        owners[address] = claims[address]?.first
    }

    private mutating func release(_ address: IPAddress, of node: NodeID) {
        claims[address]?.removeAll { $0 == node }
        if claims[address]?.isEmpty == true { claims[address] = nil }
        owners[address] = claims[address]?.first
    }

    mutating func remove(_ node: NodeID) {
        guard node != own, let address = addresses.removeValue(forKey: node) else { return }
        release(.v4(address), of: node)
        release(.v6(deriveIPv6(node)), of: node)
    }

    /// The address derived for a node, whether it owns it or not.
    func address(of node: NodeID) -> IPv4Address { addresses[node] ?? derive(node) }

    func owner(of address: IPv4Address) -> NodeID? { owners[.v4(address)] }
}
