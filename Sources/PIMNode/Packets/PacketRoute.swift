public import PIMCore

/// Where a packet of this host goes, by its destination alone (`spec/host-network.md` §3.1, §10.6, §10.10).
public enum PacketRoute: Sendable, Hashable {
    /// To the node that has the address.
    case node(NodeID)
    /// Out of the mesh, at a gateway.
    case internet
    /// Nobody has the address, or no gateway is known: the sender is told.
    case unreachable
    case drop(MeshCounter)
}

extension ForwardingTable {
    /// Decides for one packet: two comparisons and at most one look-up.
    public func route(to destination: IPAddress) -> PacketRoute {
        guard !destination.isLocalOnly, !prefixes.isBroadcast(destination) else { return .drop(.packetLocalOnly) }
        guard prefixes.contains(destination) else {
            return gateway == nil || isGateway ? .unreachable : .internet
        }
        guard let owner = owners[destination] else { return .unreachable }
        return owner == own ? .drop(.packetToSelf) : .node(owner)
    }
}
