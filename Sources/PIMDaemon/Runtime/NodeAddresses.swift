internal import PIMCore
internal import PIMCrypto

/// The addresses every node has by its NodeID, interface or not (`spec/wire.md` §4.2).
struct NodeAddresses: Sendable {
    let ipv4: IPv4Address
    let ipv6: IPv6Address
    private let ipv4Prefix: IPv4Prefix
    private let ipv6Prefix: IPv6Prefix

    init(of node: NodeID, in interface: PIMConfiguration.Interface) {
        ipv4Prefix = interface.meshIPv4Prefix
        ipv6Prefix = interface.meshIPv6Prefix
        ipv4 = MeshAddress.ipv4(of: node, in: ipv4Prefix)
        ipv6 = MeshAddress.ipv6(of: node, in: ipv6Prefix)
    }

    /// `<address>/<prefix length>`.
    var ipv4Text: String { "\(ipv4)/\(ipv4Prefix.length)" }
    var ipv6Text: String { "\(ipv6)/\(ipv6Prefix.length)" }

    /// The IPv4 address of another node of the mesh.
    func ipv4(of node: NodeID) -> IPv4Address { MeshAddress.ipv4(of: node, in: ipv4Prefix) }

    /// The IPv6 address of another node of the mesh.
    func ipv6(of node: NodeID) -> IPv6Address { MeshAddress.ipv6(of: node, in: ipv6Prefix) }
}
