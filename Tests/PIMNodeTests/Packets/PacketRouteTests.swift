import PIMCore
import PIMCrypto
import Testing

@testable import PIMNode

/// Where packets of this host go (`spec/host-network.md` §3.1, §10.6, §10.10).
@Suite struct PacketRouteTests {
    private static let own = NodeID.filled(1)
    private static let far = NodeID.filled(2)
    private static let gateway = NodeID.filled(3)

    private func table(gateway: NodeID? = gateway, isGateway: Bool = false) -> ForwardingTable {
        var index = AddressIndex(own: Self.own) { MeshAddress.ipv4(of: $0, in: .mesh) }
        for node in [Self.far, Self.gateway] { _ = index.insert(node) }
        return ForwardingTable(own: Self.own, owners: index.owners, gateway: gateway, isGateway: isGateway)
    }

    @Test func meshAddressesGoToTheirNodesInBothVersions() {
        for node in [Self.far, Self.gateway] {
            let (ipv4, ipv6) = IPAddress.derived(node)
            for address in [ipv4, ipv6] {
                #expect(table().route(to: address) == .node(node))
                #expect(table(gateway: nil).route(to: address) == .node(node))
                #expect(table(isGateway: true).route(to: address) == .node(node))
            }
        }
    }

    @Test func meshAddressesOfNobodyNeverLeaveTheMesh() {
        for address in [IPAddress.ipv4("10.77.250.250"), .ipv6("fd77::1:2:3:4")] {
            #expect(table().route(to: address) == .unreachable)
        }
    }

    @Test(arguments: [IPAddress.ipv4("192.0.2.1"), .ipv4("10.78.0.1"), .ipv6("2001:db8::1"), .ipv6("fd78::1")])
    func everythingElseLeavesAtAGatewayIfThereIsOne(_ address: IPAddress) {
        #expect(table().route(to: address) == .internet)
        #expect(table(gateway: nil).route(to: address) == .unreachable)
        // A gateway has a way out of its own.
        #expect(table(isGateway: true).route(to: address) == .unreachable)
        #expect(table(gateway: nil, isGateway: true).route(to: address) == .unreachable)
    }

    @Test func packetsToThisNodeAreNotSent() {
        let (ipv4, ipv6) = IPAddress.derived(Self.own)
        #expect(table().route(to: ipv4) == .drop(.packetToSelf))
        #expect(table().route(to: ipv6) == .drop(.packetToSelf))
    }

    @Test(arguments: [
        IPAddress.ipv4("10.77.255.255"), .ipv4("255.255.255.255"), .ipv4("224.0.0.251"), .ipv4("239.255.255.250"),
        .ipv4("240.0.0.1"), .ipv4("169.254.7.7"), .ipv4("127.0.0.1"), .ipv4("0.0.0.0"), .ipv4("0.1.2.3"),
        .ipv6("::"), .ipv6("::1"), .ipv6("fe80::1"), .ipv6("febf::1"), .ipv6("ff02::fb"), .ipv6("ff0e::1"),
    ])
    func whatIsOfTheLocalNetworkStaysThere(_ address: IPAddress) {
        #expect(table().route(to: address) == .drop(.packetLocalOnly))
        #expect(table(gateway: nil, isGateway: true).route(to: address) == .drop(.packetLocalOnly))
    }

    @Test(arguments: [
        IPAddress.ipv4("126.255.255.255"), .ipv4("169.253.0.1"), .ipv4("223.255.255.255"), .ipv6("::2"),
        .ipv6("fec0::1"), .ipv6("fe00::1"),
    ])
    func theirNeighboursDoNot(_ address: IPAddress) {
        #expect(table().route(to: address) == .internet)
    }

    /// A network of two addresses has no broadcast address (RFC 3021).
    @Test func broadcastFollowsTheNetwork() throws {
        var table = table()
        table.prefixes.ipv4 = try IPv4Prefix(parsing: "10.9.0.0/24")
        #expect(table.route(to: .ipv4("10.9.0.255")) == .drop(.packetLocalOnly))
        #expect(table.route(to: .ipv4("10.77.255.255")) == .internet)
        table.prefixes.ipv4 = try IPv4Prefix(parsing: "10.9.0.0/31")
        #expect(table.route(to: .ipv4("10.9.0.1")) == .unreachable)
    }
}
