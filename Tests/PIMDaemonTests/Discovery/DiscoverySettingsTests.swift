import PIMCore
import PIMHost
import PIMNode
import PIMTransport
import PIMWire
import Testing

@testable import PIMDaemon

@Suite struct DiscoverySettingsTests {
    /// DI-23.
    private static let files: [(text: String, roles: BeaconRoles)] = [
        ("", .client), ("[relay]\nenabled = true\n", [.client, .relay]), ("[relay]\nenabled = false\n", .client),
    ]

    @Test(arguments: files)
    func rolesFollowTheFile(text: String, roles: BeaconRoles) throws {
        #expect(BeaconRoles(try ConfigurationText.configuration(text), isGateway: false) == roles)
    }

    @Test(arguments: ["", "[gateway]\nenabled = true\n"])
    func onlyAGatewayThatLeadsOutIsAnnouncedAsOne(text: String) throws {
        let configuration = try ConfigurationText.configuration(text)
        let asked = configuration.gateway.enabled
        #expect(BeaconRoles(configuration, isGateway: true) == [.client, .relay, .gateway])
        #expect(BeaconRoles(configuration, isGateway: false) == (asked ? [.client, .relay] : .client))
    }

    @Test func thePolicyFollowsTheFile() throws {
        let policy = DiscoveryPolicy(
            try ConfigurationText.configuration(
                """
                [discovery]
                connect_relays = false
                peer_timeout_ms = 7000
                [relay]
                enabled = true
                [transport]
                max_reconnect_attempts = 3
                """))
        #expect(!policy.connectsRelays)
        #expect(policy.connectsGateways)
        #expect(policy.timeout == .seconds(7))
        #expect(policy.maximumAttempts == 3)
        #expect(policy.memory == .seconds(604_800))
        #expect(policy.isDialable)
        let quiet = "[discovery]\nannounce = false\n[relay]\nenabled = true\n"
        #expect(!DiscoveryPolicy(try ConfigurationText.configuration(quiet)).isDialable)
    }

    @Test func networksWithNobodyToAnnounceToAreLeftOut() throws {
        let address = try #require(IPv4Address("192.0.2.5"))
        let network = try IPv4Prefix(parsing: "192.0.2.0/24")
        let broadcast = try #require(IPv4Address("192.0.2.255"))
        var interface = NetworkInterface(
            name: "eth0", index: 2, isRunning: true, isLoopback: false, isPointToPoint: false, canMulticast: true,
            ipv4: [.init(address: address, network: network, broadcast: broadcast)])
        #expect(
            BeaconNetwork(interface) == BeaconNetwork(name: "eth0", index: 2, broadcasts: [broadcast], hasIPv6: false))
        interface.ipv6 = [try #require(IPv6Address("2001:db8::5"))]
        #expect(BeaconNetwork(interface)?.hasIPv6 == false)
        interface.ipv6.append(try #require(IPv6Address("fe80::5")))
        #expect(BeaconNetwork(interface)?.hasIPv6 == true)
        interface.isPointToPoint = true
        #expect(BeaconNetwork(interface) == nil)
        interface.isPointToPoint = false
        interface.ipv4 = []
        interface.ipv6 = []
        #expect(BeaconNetwork(interface) == nil)
    }
}
