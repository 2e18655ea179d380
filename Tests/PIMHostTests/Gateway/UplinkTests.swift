import PIMCore
import Testing

@testable import PIMHost

@Suite struct UplinkTests {
    private func interface(_ name: String, ipv4: Bool = false, ipv6: [String] = [], isRunning: Bool = true) throws
        -> NetworkInterface
    {
        let address = try #require(IPv4Address("192.0.2.1"))
        let network = try #require(IPv4Prefix(address, length: 24))
        return NetworkInterface(
            name: name, index: 1, isRunning: isRunning, isLoopback: name == "lo", isPointToPoint: false,
            canMulticast: true, ipv4: ipv4 ? [.init(address: address, network: network, broadcast: nil)] : [],
            ipv6: try ipv6.map { try #require(IPv6Address($0)) })
    }

    private func uplink(_ interfaces: [NetworkInterface], routes: UplinkRoutes = UplinkRoutes()) -> Uplink {
        Uplink("eth0", among: interfaces, defaultRoutes: routes, meshInterface: "pim0")
    }

    @Test func anAddressAndACarrierLeadOut() throws {
        #expect(uplink([try interface("eth0", ipv4: true)]).leadsOut)
        #expect(uplink([try interface("eth0", ipv6: ["2001:db8::1"])]).leadsOut)
        #expect(!uplink([try interface("eth0", ipv4: true, isRunning: false)]).leadsOut)
        #expect(!uplink([try interface("eth0", ipv6: ["fe80::1"])]).leadsOut)
        #expect(!uplink([]).leadsOut)
    }

    @Test func ipv6MayLeaveElsewhereButNeverByTheMesh() throws {
        let interfaces = [
            try interface("eth0", ipv4: true, ipv6: ["fe80::1"]), try interface("lo", ipv6: ["::1"]),
            try interface("pim0", ipv6: ["fd77::1"]), try interface("six0", ipv6: ["2001:db8::1"]),
        ]
        #expect(uplink(interfaces).ipv6Interface == nil)
        #expect(uplink(interfaces, routes: UplinkRoutes(ipv6: ["pim0", "six0"])).ipv6Interface == "six0")
    }

    @Test func suggestionsLeadOut() throws {
        let interfaces = [
            try interface("lo", ipv4: true), try interface("docker0", ipv4: true), try interface("pim0", ipv4: true),
            try interface("eth1", ipv4: true), try interface("wlan0", ipv4: true), try interface("eth2"),
            try interface("wg0", ipv4: true), try interface("eth3", ipv4: true, isRunning: false),
        ]
        func among(_ routes: UplinkRoutes) -> [String] {
            UplinkSuggestions.among(interfaces, defaultRoutes: routes, meshInterface: "pim0")
        }
        #expect(among(UplinkRoutes(ipv4: ["wlan0"])) == ["wlan0", "eth1"])
        // A host whose only way out is a tunnel.
        #expect(among(UplinkRoutes(ipv4: ["wg0"])) == ["wg0", "eth1", "wlan0"])
    }
}
