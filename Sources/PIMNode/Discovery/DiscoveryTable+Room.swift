import PIMCore
import PIMWire

/// Who goes when the table is full. What was never tried yet, what answers and what has proven itself stays: a flood of
/// forgeries displaces forgeries.
extension DiscoveryTable {
    mutating func makeRoom(forAddressOf node: NodeID, from source: BeaconSource) -> Bool {
        guard let entry = nodes[node] else { return false }
        if entry.addresses.count >= policy.limits.addressesPerNode {
            // The last address is not among those that can go when there are several; so the node stays.
            guard let victim = worst(of: entry) else { return false }
            guard sources.hasRoom(for: source) || victim.key.source == source else { return false }
            remove(victim.key, of: node)
            return true
        }
        return makeRoom(forSource: source, sparing: node)
    }

    /// Room under a source for one more address, at the expense of its worst one.
    mutating func makeRoom(forSource source: BeaconSource, sparing spared: NodeID? = nil) -> Bool {
        guard !sources.hasRoom(for: source) else { return true }
        guard sources.hasFailures(source) else { return false }
        var victim: (node: NodeID, address: DiscoveredAddress)?
        for (id, node) in nodes where id != spared {
            guard let address = worst(of: node, from: source) else { continue }
            if let held = victim, (held.address.failures, held.node) >= (address.failures, id) { continue }
            victim = (id, address)
        }
        guard let victim else {
            if spared == nil { sources.forgetFailures(source) }
            return false
        }
        remove(victim.address.key, of: victim.node)
        return true
    }

    /// Room for one more node, at the expense of the one that failed most.
    mutating func makeRoomForNode() -> Bool {
        guard nodes.count >= policy.limits.nodes else { return true }
        guard hasFailures else { return false }
        let victim = nodes.values
            .filter { !$0.isProven && $0.attempted == nil && $0.failures > 0 }
            .max { ($0.failures, $0.node) < ($1.failures, $1.node) }
        guard let victim else {
            hasFailures = false
            return false
        }
        for address in victim.addresses { remove(address.key, of: victim.node) }
        return true
    }

    /// The address of a node that goes first: the one that failed most.
    private func worst(of node: DiscoveredNode, from source: BeaconSource? = nil) -> DiscoveredAddress? {
        node.addresses.filter { address in
            address.failures > 0 && address.provenAt == nil && node.attempted != address.key
                && (source == nil || address.key.source == source)
        }.max { ($0.failures, $1.lastSeen) < ($1.failures, $0.lastSeen) }
    }
}
