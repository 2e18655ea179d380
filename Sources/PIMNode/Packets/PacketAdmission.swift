public import PIMCore
import PIMCrypto
public import PIMWire

/// Whether a packet that came through the mesh is taken: what it is for, and whether its source can be its sender's
/// (`design/extensions.md` §5, `spec/host-network.md` §10.7).
///
/// Confined to the loop of the links. Allocates only when a sender is new to it.
public struct PacketAdmission {
    private struct Addresses {
        var ipv4: IPv4Address
        var ipv6: IPv6Address
    }

    /// Senders whose addresses are remembered.
    private static let remembered = 1024

    private let prefixes: MeshPrefixes
    private let own: Addresses
    private var addresses: [NodeID: Addresses] = [:]
    private var lastSender: NodeID?
    private var lastAddresses: Addresses
    /// Gateways this node has sent packets to: they may speak for the world outside.
    private var usedGateways: Set<NodeID> = []

    public init(own: NodeID, prefixes: MeshPrefixes) {
        self.prefixes = prefixes
        self.own = Self.derive(own, prefixes)
        lastAddresses = self.own
    }

    /// This node sends packets out of the mesh through a gateway.
    public mutating func noteUse(of gateway: NodeID) {
        guard !usedGateways.contains(gateway) else { return }
        // More gateways than that were never used at a time; those in use come again.
        if usedGateways.count >= Self.remembered { usedGateways = [] }
        usedGateways.insert(gateway)
    }

    /// `nil` to take the packet, else what its loss counts as.
    public mutating func refusal(of header: IPHeader, from sender: NodeID, table: ForwardingTable) -> MeshCounter? {
        let isForUs = isOwn(header.destination)
        let leaves = table.isGateway && !prefixes.contains(header.destination) && !header.destination.isLocalOnly
        guard SafetyRule.packetDestination.permits(isForUs || leaves) else { return .packetForeignDestination }
        guard SafetyRule.packetSource.permits(isSource(header.source, of: sender, isForUs: isForUs, table)) else {
            return .packetForeignSource
        }
        return nil
    }

    /// Whether an address is one of this node.
    public func isOwn(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let address): address == own.ipv4
        case .v6(let address): address == own.ipv6
        }
    }

    private mutating func isSource(
        _ address: IPAddress, of sender: NodeID, isForUs: Bool, _ table: ForwardingTable
    ) -> Bool {
        guard prefixes.contains(address) else {
            return isForUs && !address.isLocalOnly && usedGateways.contains(sender)
                && table.routes[sender]?.isGateway == true
        }
        if sender != lastSender { lookUp(sender) }
        return switch address {
        case .v4(let address): address == lastAddresses.ipv4
        case .v6(let address): address == lastAddresses.ipv6
        }
    }

    private mutating func lookUp(_ sender: NodeID) {
        lastSender = sender
        if let known = addresses[sender] {
            lastAddresses = known
            return
        }
        if addresses.count >= Self.remembered { addresses = [:] }
        lastAddresses = Self.derive(sender, prefixes)
        addresses[sender] = lastAddresses
    }

    private static func derive(_ node: NodeID, _ prefixes: MeshPrefixes) -> Addresses {
        Addresses(
            ipv4: MeshAddress.ipv4(of: node, in: prefixes.ipv4), ipv6: MeshAddress.ipv6(of: node, in: prefixes.ipv6))
    }
}
