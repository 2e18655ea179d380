import PIMCore
import PIMCrypto

/// Mesh address → NodeID, for every reachable node and this one. Addresses are derived from NodeIDs, so two nodes can
/// share an IPv4 address: the first keeps it and the others get it when it goes (`spec/routing.md` §3.1, §16.15).
struct AddressIndex: Sendable {
    let own: NodeID
    private let derive: @Sendable (NodeID) -> IPv4Address
    private let deriveIPv6: @Sendable (NodeID) -> IPv6Address
    /// In the order they came; the first owns the address.
    private var claims: [IPv4Address: [NodeID]] = [:]
    private var addresses: [NodeID: IPv4Address] = [:]
    /// Who packets to an address go to, of both versions.
    private(set) var owners: [IPAddress: NodeID] = [:]
    /// Collisions seen since the start.
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
        claims[address, default: []].append(node)
        owners[.v4(address)] = claims[address]?.first
        owners[.v6(deriveIPv6(node))] = node
        guard let owner = claims[address]?.first, owner != node else { return nil }
        collisions += 1
        return owner
    }

    mutating func remove(_ node: NodeID) {
        guard node != own, let address = addresses.removeValue(forKey: node) else { return }
        claims[address]?.removeAll { $0 == node }
        if claims[address]?.isEmpty == true { claims[address] = nil }
        owners[.v4(address)] = claims[address]?.first
        owners[.v6(deriveIPv6(node))] = nil
    }

    /// The address derived for a node, whether it owns it or not.
    func address(of node: NodeID) -> IPv4Address { addresses[node] ?? derive(node) }

    func owner(of address: IPv4Address) -> NodeID? { claims[address]?.first }
}
