internal import PIMCore
internal import PIMHost

/// Who has flows through the gateway, and whose addresses those are.
struct GatewayUsers: Sendable {
    /// The sources of the last reading.
    private(set) var sources: Set<FlowSource> = []
    /// Every node whose address is known.
    private var nodes: [FlowSource: NodeID] = [:]
    /// The nodes of the last reading. One may become known after its flows.
    private var told: Set<NodeID> = []

    /// Whether a source is there that no node is known for, so that it pays to ``learn(_:in:)`` again.
    func hasStrangers(among present: some Sequence<FlowSource>) -> Bool {
        present.contains { nodes[$0] == nil }
    }

    /// Takes in the nodes there are routes to.
    mutating func learn(_ reachable: [NodeID], in addresses: NodeAddresses) {
        nodes = [:]
        for node in reachable {
            nodes[.ipv4(addresses.ipv4(of: node))] = node
            nodes[.ipv6(addresses.ipv6(of: node))] = node
        }
    }

    struct Change: Sendable, Equatable {
        var added: [NodeID]
        var removed: [NodeID]
        /// Sources that were not there at the last reading.
        var newSources: [FlowSource]
    }

    /// Takes a reading of the kernel's flows.
    mutating func read(_ present: some Sequence<FlowSource>) -> Change {
        let present = Set(present)
        let before = told
        let fresh = present.subtracting(sources)
        sources = present
        let after = Set(ids)
        told = after
        return Change(
            added: after.subtracting(before).sorted(), removed: before.subtracting(after).sorted(),
            newSources: fresh.sorted { "\($0)" < "\($1)" })
    }

    /// The nodes with flows, as far as they are known.
    var ids: [NodeID] { Set(sources.compactMap { nodes[$0] }).sorted() }

    /// How many nodes that are, those that are not known counted by their addresses.
    var count: Int { ids.count + sources.count { nodes[$0] == nil } }
}
