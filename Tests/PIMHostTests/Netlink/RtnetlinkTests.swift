import PIMCore
import PIMHost
import SystemPackage
import Testing

#if os(Linux)
    @Suite(.enabled(if: NetworkNamespace.isAvailable, "needs root for a network namespace"))
    struct RtnetlinkTests {
        private static let documentation = IPNetwork.v4(IPv4Address(rawValue: 0xcb00_7100), length: 24)  // 203.0.113.0
        private static let documentationIPv6 = IPNetwork.v6(
            IPv6Address(high: 0x2001_0db8_0077 << 16, low: 0), length: 48)

        @Test func routesAreSetReadBackReplacedAndRemoved() async throws {
            try await NetworkNamespace.run {
                let network = try TwoTunnels()
                for destination in [Self.documentation, Self.documentationIPv6] {
                    let family = destination.family
                    let metric: UInt32 = family == .v4 ? 0 : 1024
                    let route = IPRoute(to: destination, interface: network.meshIndex, table: 7000, metric: metric)
                    let blocked = IPRoute(to: destination, kind: .unreachable, table: 7000, metric: 5000)
                    try network.kernel.replaceRoute(route)
                    try network.kernel.replaceRoute(route)
                    try network.kernel.replaceRoute(blocked)
                    #expect(try Set(network.kernel.routes(family, table: 7000)) == [route, blocked])
                    #expect(try network.kernel.deleteRoute(route))
                    #expect(try !network.kernel.deleteRoute(route))
                    #expect(try network.kernel.routes(family, table: 7000) == [blocked])
                    #expect(try network.kernel.deleteRoute(blocked))
                    #expect(try network.kernel.routes(family, table: 7000) == [])
                }
            }
        }

        @Test func aRouteViaAGatewayOnLinkReadsAsIPWritesIt() async throws {
            try await NetworkNamespace.run {
                let network = try TwoTunnels()
                let route = IPRoute(
                    to: Self.documentation, interface: network.meshIndex, gateway: IPv4Address("192.0.2.77"),
                    isOnLink: true, table: 7000)
                try network.kernel.replaceRoute(route)
                #expect(try network.kernel.routes(.v4, table: 7000) == [route])
                #expect(
                    try NetworkNamespace.words("ip", ["route", "show", "table", "7000"]) == [
                        "203.0.113.0/24 via 192.0.2.77 dev pim0 proto static onlink"
                    ])
            }
        }

        @Test(arguments: IPFamily.allCases)
        func rulesAreAddedReadBackAndRemoved(family: IPFamily) async throws {
            try await NetworkNamespace.run {
                let kernel = try Rtnetlink()
                let before = try kernel.rules(family)
                #expect(before.contains { $0.table == IPRoute.mainTable })
                let rules = [
                    IPRule(family: family, priority: 100, table: IPRoute.mainTable, suppressedPrefixLength: 0),
                    IPRule(family: family, priority: 101, mark: 0xabc, isInverted: true, table: 7000),
                    IPRule(family: family, priority: 102, mark: 0xabc, table: 7000),
                ]
                for rule in rules {
                    #expect(try kernel.addRule(rule))
                    #expect(try !kernel.addRule(rule))
                }
                #expect(try kernel.rules(family).filter { (100...102).contains($0.priority) } == rules)
                for rule in rules {
                    #expect(try kernel.deleteRule(rule))
                    #expect(try !kernel.deleteRule(rule))
                }
                #expect(try kernel.rules(family) == before)
            }
        }

        @Test func aLookupHeedsTheMark() async throws {
            try await NetworkNamespace.run {
                let network = try TwoTunnels()
                for address in [TwoTunnels.elsewhere, TwoTunnels.elsewhereIPv6] {
                    let family = address.family
                    try network.kernel.addRule(IPRule(family: family, priority: 100, mark: 7, table: 7000))
                    let all: IPNetwork = family == .v4 ? .v4(.unspecified, length: 0) : .v6(.unspecified, length: 0)
                    try network.kernel.replaceRoute(IPRoute(to: all, interface: network.meshIndex, table: 7000))
                    #expect(try network.way(to: address) == network.uplinkIndex)
                    #expect(try network.way(to: address, mark: 7) == network.meshIndex)
                }
            }
        }

        @Test func whereNoWayLeadsThereIsNone() async throws {
            try await NetworkNamespace.run {
                let kernel = try Rtnetlink()
                #expect(try kernel.lookUp(TwoTunnels.elsewhere) == nil)
                #expect(try kernel.lookUp(TwoTunnels.elsewhereIPv6) == nil)
            }
        }

        @Test func aTableThatDoesNotExistIsEmpty() async throws {
            try await NetworkNamespace.run {
                let kernel = try Rtnetlink()
                for family in IPFamily.allCases { #expect(try kernel.routes(family, table: 12345) == []) }
            }
        }

        @Test func aTableOfThousandsOfRoutesIsReadWhole() async throws {
            try await NetworkNamespace.run {
                let network = try TwoTunnels()
                for number in 0..<UInt32(3000) {
                    let address = IPv4Address(rawValue: 0x0b00_0000 + number)
                    try network.kernel.replaceRoute(
                        IPRoute(to: .v4(address, length: 32), interface: network.meshIndex, table: 7000))
                }
                #expect(try Set(network.kernel.routes(.v4, table: 7000)).count == 3000)
            }
        }

        @Test func anErrorSaysWhatWasTriedAndWhyNot() async throws {
            try await NetworkNamespace.run {
                let kernel = try Rtnetlink()
                let missing = #expect(throws: PIMError.self) { try kernel.index(of: "pim-none") }
                #expect(missing?.cause as? Errno == Errno(rawValue: 19))
                #expect(missing?.description.contains("cannot find the interface pim-none") == true)
                let route = IPRoute(to: Self.documentation, interface: 4711)
                let refused = #expect(throws: PIMError.self) { try kernel.replaceRoute(route) }
                #expect(refused?.cause as? Errno == Errno(rawValue: 19))
            }
        }

        @Test func linksAreSwitchedAndTuned() async throws {
            try await NetworkNamespace.run {
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                let kernel = try Rtnetlink()
                let index = try kernel.index(of: "pim0")
                try kernel.setLink(index, mtu: 1300)
                try kernel.setLink(index, queueLength: 321)
                try kernel.setLink(index, up: true)
                let words = try NetworkNamespace.words("ip", ["link", "show", "pim0"]).joined(separator: " ")
                #expect(words.contains("mtu 1300"))
                #expect(words.contains("qlen 321"))
                #expect(words.contains("UP"))
                try kernel.setLink(index, up: false)
                #expect(try NetworkInterfaces.current().first { $0.name == "pim0" }?.isRunning == false)
            }
        }
    }
#endif
