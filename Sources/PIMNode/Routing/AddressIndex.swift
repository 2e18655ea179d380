import PIMCore

/// Mesh IPv4 address → NodeID, for every reachable node and this one. Addresses are derived from NodeIDs, so two nodes
/// can share one: the first keeps it and the others get it when it goes (`spec/routing.md` §3.1, §16.15).
struct AddressIndex: Sendable {
    let own: NodeID
    private let derive: @Sendable (NodeID) -> IPv4Address
    /// In the order they came; the first owns the address.
    private var claims: [IPv4Address: [NodeID]] = [:]
    private var addresses: [NodeID: IPv4Address] = [:]
    /// Collisions seen since the start.
    private(set) var collisions: UInt64 = 0

    init(own: NodeID, derive: @escaping @Sendable (NodeID) -> IPv4Address) {
        self.own = own
        self.derive = derive
        _ = insert(own)
    }

    /// Adds a node; returns the owner of its address when that is another node.
    mutating func insert(_ node: NodeID) -> NodeID? {
        guard addresses[node] == nil else { return nil }
        let address = derive(node)
        addresses[node] = address
        claims[address, default: []].append(node)
        guard let owner = claims[address]?.first, owner != node else { return nil }
        collisions += 1
        return owner
    }

    mutating func remove(_ node: NodeID) {
        guard node != own, let address = addresses.removeValue(forKey: node) else { return }
        claims[address]?.removeAll { $0 == node }
        if claims[address]?.isEmpty == true { claims[address] = nil }
    }

    /// The address derived for a node, whether it owns it or not.
    func address(of node: NodeID) -> IPv4Address { addresses[node] ?? derive(node) }

    func owner(of address: IPv4Address) -> NodeID? { claims[address]?.first }
}
