import Foundation
import PIMCore
import PIMHost
import Testing

#if os(Linux)
    @Suite(.enabled(if: NetworkNamespace.isAvailable, "needs root for a network namespace"))
    struct SplitDefaultRoutesTests {
        /// Two tunnels and what installs routes between them.
        private struct Stage {
            let network: TwoTunnels
            let journal: HostJournal
            let routes: SplitDefaultRoutes
            let directory: TemporaryDirectory

            init() throws {
                directory = try TemporaryDirectory()
                network = try TwoTunnels()
                journal = try HostJournal(directory: directory.path)
                routes = SplitDefaultRoutes(network.kernel, journal: journal)
            }

            func plan(killSwitch: Bool = false, families: Set<IPFamily> = [.v4, .v6]) -> SplitDefaultPlan {
                SplitDefaultPlan(
                    interface: network.meshIndex, TunnelConfiguration.example(), families: families,
                    hasKillSwitch: killSwitch)
            }

            /// All that a machine's administrator would see of routing.
            func everything() throws -> [String] {
                try ["-4", "-6"].flatMap { family in
                    try NetworkNamespace.words("ip", [family, "rule"])
                        + NetworkNamespace.words("ip", [family, "route", "show", "table", "all"])
                }
            }
        }

        private static let everywhere = [TwoTunnels.elsewhere, TwoTunnels.elsewhereIPv6]

        @Test func trafficGoesIntoTheMeshAndTheDaemonsOwnDoesNot() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan())
                for address in Self.everywhere {
                    #expect(try stage.network.way(to: address) == stage.network.meshIndex)
                    let own = try stage.network.way(to: address, mark: SplitDefaultPlan.mark)
                    #expect(own == stage.network.uplinkIndex)
                }
            }
        }

        @Test func localNetworksStayWhereTheyAre() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan())
                let neighbour = IPNetwork.v4(IPv4Address(rawValue: 0xc000_0209), length: 32)
                #expect(try stage.network.way(to: neighbour) == stage.network.uplinkIndex)
                let member = IPNetwork.v4(IPv4Address(rawValue: 0x0a4d_0909), length: 32)
                #expect(try stage.network.way(to: member) == stage.network.meshIndex)
            }
        }

        /// The daemon's packets must not enter the tunnel either when there is no other way at all.
        @Test func withoutAnUplinkTheDaemonsOwnTrafficHasNoWay() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan())
                stage.network.uplink.close()
                for address in Self.everywhere {
                    #expect(try stage.network.way(to: address, mark: SplitDefaultPlan.mark) == nil)
                }
            }
        }

        @Test(arguments: [false, true])
        func routingIsTheSameBeforeAndAfter(killSwitch: Bool) async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let before = try stage.everything()
                try stage.routes.install(stage.plan(killSwitch: killSwitch))
                #expect(try stage.everything() != before)
                #expect(stage.journal.changes == [.rules(table: SplitDefaultPlan.table)])
                try stage.routes.remove()
                #expect(try stage.everything() == before)
                #expect(stage.journal.changes == [])
                try stage.routes.remove()
                #expect(try stage.everything() == before)
            }
        }

        @Test(arguments: [false, true])
        func installingTwiceChangesNothing(killSwitch: Bool) async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let plan = stage.plan(killSwitch: killSwitch)
                #expect(try !stage.routes.stands(plan))
                try stage.routes.install(plan)
                let first = try stage.everything()
                #expect(try stage.routes.stands(plan))
                try stage.routes.install(plan)
                #expect(try stage.everything() == first)
            }
        }

        @Test func theRoutesReadAsPeopleExpect() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan())
                let routes = try NetworkNamespace.words("ip", ["route", "show", "table", "7477"])
                for half in ["0.0.0.0/1", "128.0.0.0/1"] {
                    #expect(routes.contains { $0.hasPrefix("\(half) via 10.77.0.1 dev pim0") })
                }
                let ipv6 = try NetworkNamespace.words("ip", ["-6", "route", "show", "table", "7477"])
                for half in ["::/1", "8000::/1"] { #expect(ipv6.contains { $0.hasPrefix("\(half) dev pim0") }) }
            }
        }

        @Test(arguments: [false, true])
        func whatWasRemovedByHandIsMissedAndRepaired(killSwitch: Bool) async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let plan = stage.plan(killSwitch: killSwitch)
                try stage.routes.install(plan)
                let whole = try Set(stage.everything())
                for route in plan.routes {
                    #expect(try stage.network.kernel.deleteRoute(route))
                    #expect(try !stage.routes.stands(plan))
                    try stage.routes.install(plan)
                    #expect(try stage.routes.stands(plan))
                }
                for rule in plan.rules {
                    #expect(try stage.network.kernel.deleteRule(rule))
                    #expect(try !stage.routes.stands(plan))
                    try stage.routes.install(plan)
                }
                #expect(try Set(stage.everything()) == whole)
            }
        }

        @Test func withoutTheKillSwitchAnAbandonedMachineUsesItsUplink() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan())
                stage.network.mesh.close()
                for address in Self.everywhere {
                    #expect(try stage.network.way(to: address) == stage.network.uplinkIndex)
                }
            }
        }

        @Test func withTheKillSwitchNothingLeavesAfterTheDaemonDied() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan(killSwitch: true))
                stage.network.mesh.close()
                for address in Self.everywhere {
                    #expect(try stage.network.way(to: address) == nil)
                    let own = try stage.network.way(to: address, mark: SplitDefaultPlan.mark)
                    #expect(own == stage.network.uplinkIndex)
                }
            }
        }

        /// Whoever runs the local network says where the uplink's router is, and a lot more (DHCP option 121, an address with
        /// a network of its own choice).
        @Test func theKillSwitchBelievesNoRouteOfTheLocalNetwork() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let ip = { (arguments: [String]) in _ = try NetworkNamespace.words("ip", arguments) }
                for network in ["0.0.0.0/2", "203.0.113.0/24", "10.77.9.0/24"] {
                    try ip(["route", "add", network, "via", "192.0.2.1", "dev", "up0", "onlink"])
                }
                try ip(["address", "add", "203.0.113.7/25", "dev", "up0"])
                try ip(["-6", "route", "add", "2000::/3", "dev", "up0"])
                try ip(["-6", "route", "add", "fd77::9:0/112", "dev", "up0"])
                let mesh = [
                    IPNetwork.v4(IPv4Address(rawValue: 0x0a4d_0909), length: 32),
                    .v6(IPv6Address(high: 0xfd77 << 48, low: 0x9_0001), length: 128),
                ]
                let stolen = [IPNetwork.v4(IPv4Address(rawValue: 0xcb00_7109), length: 32)] + Self.everywhere + mesh
                for address in stolen {
                    #expect(try stage.network.way(to: address) == stage.network.uplinkIndex, "\(address)")
                }
                try stage.routes.install(stage.plan(killSwitch: true))
                for address in stolen {
                    #expect(try stage.network.way(to: address) == stage.network.meshIndex, "\(address)")
                    let own = try stage.network.way(to: address, mark: SplitDefaultPlan.mark)
                    #expect(own == stage.network.uplinkIndex)
                }
                stage.network.mesh.close()
                for address in stolen { #expect(try stage.network.way(to: address) == nil, "\(address)") }
            }
        }

        @Test func withTheKillSwitchPrivateNetworksStayWhereTheyAre() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                for address in ["192.168.7.1/24", "10.8.0.1/16"] {
                    _ = try NetworkNamespace.words("ip", ["address", "add", address, "dev", "up0"])
                }
                try stage.routes.install(stage.plan(killSwitch: true))
                for neighbour in [0xc0a8_0709, 0x0a08_0909] as [UInt32] {
                    let address = IPNetwork.v4(IPv4Address(rawValue: neighbour), length: 32)
                    #expect(try stage.network.way(to: address) == stage.network.uplinkIndex, "\(address)")
                }
                let group = try NetworkNamespace.words("ip", ["route", "get", "224.0.0.251"])
                #expect(group.contains { $0.contains("dev up0") })
                let member = IPNetwork.v4(IPv4Address(rawValue: 0x0a4d_0909), length: 32)
                #expect(try stage.network.way(to: member) == stage.network.meshIndex)
                // Private ones elsewhere are the gateway's business, not the local router's.
                let distant = [
                    IPNetwork.v4(IPv4Address(rawValue: 0x0a05_0505), length: 32),
                    .v6(IPv6Address(high: 0xfd00_0001 << 32, low: 1), length: 128),
                ]
                for address in distant {
                    #expect(try stage.network.way(to: address) == stage.network.meshIndex, "\(address)")
                }
                stage.network.mesh.close()
                for address in distant { #expect(try stage.network.way(to: address) == nil, "\(address)") }
                let neighbour = IPNetwork.v4(IPv4Address(rawValue: 0xc0a8_0709), length: 32)
                #expect(try stage.network.way(to: neighbour) == stage.network.uplinkIndex)
            }
        }

        @Test func theKillSwitchIsSwitchedWhileRoutesStand() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let neighbour = IPNetwork.v4(IPv4Address(rawValue: 0xc000_0209), length: 32)
                for killSwitch in [false, true, false] {
                    let plan = stage.plan(killSwitch: killSwitch)
                    try stage.routes.install(plan)
                    #expect(try stage.routes.stands(plan))
                    let way = try stage.network.way(to: neighbour)
                    #expect(way == (killSwitch ? stage.network.meshIndex : stage.network.uplinkIndex))
                }
            }
        }

        @Test func theKillSwitchHoldsIPv6BackWhereTheMeshHasNone() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan(killSwitch: true, families: [.v4]))
                #expect(try stage.network.way(to: TwoTunnels.elsewhere) == stage.network.meshIndex)
                #expect(try stage.network.way(to: TwoTunnels.elsewhereIPv6) == nil)
            }
        }

        @Test func theKillSwitchWorksWhereIPv6IsDisabled() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try KernelSetting("net/ipv6/conf/all/disable_ipv6").write("1")
                let before = try stage.everything()
                try stage.routes.install(stage.plan(killSwitch: true, families: [.v4]))
                #expect(try stage.network.way(to: TwoTunnels.elsewhere) == stage.network.meshIndex)
                try stage.routes.remove()
                #expect(try stage.everything() == before)
            }
        }

        @Test func theNextDaemonRemovesWhatAKilledOneLeft() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let before = try stage.everything()
                try stage.routes.install(stage.plan(killSwitch: true))
                // Also what no version of this daemon made, but what leads to its table.
                _ = try NetworkNamespace.words("ip", ["rule", "add", "pref", "99", "lookup", "7477"])
                let next = SplitDefaultRoutes(
                    try Rtnetlink(), journal: try HostJournal(directory: stage.directory.path))
                try next.remove()
                #expect(try stage.everything() == before)
            }
        }

        @Test(arguments: [false, true])
        func whatADaemonThatRunsHasInPlaceIsNobodyElses(killSwitch: Bool) async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                try stage.routes.install(stage.plan(killSwitch: killSwitch))
                let inPlace = try stage.everything()
                let directory = try TemporaryDirectory()
                let other = SplitDefaultRoutes(
                    stage.network.kernel, journal: try HostJournal(directory: directory.path))
                try other.remove(interface: stage.network.meshIndex)
                #expect(throws: PIMError.self) { try other.install(stage.plan()) }
                #expect(try stage.everything() == inPlace)
                try stage.routes.remove()
                try other.install(stage.plan())
            }
        }

        /// Its data directory is gone, and with it the journal.
        @Test(arguments: [false, true])
        func whatAKilledDaemonLeftThatNobodyKnowsIsTakenOver(killSwitch: Bool) async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let before = try stage.everything()
                for _ in 0..<2 {
                    try stage.routes.install(stage.plan(killSwitch: killSwitch))
                    for route in try stage.network.kernel.routes(.v4, table: SplitDefaultPlan.table)
                        + stage.network.kernel.routes(.v6, table: SplitDefaultPlan.table)
                        + stage.network.kernel.routes(.v4, table: 7478) + stage.network.kernel.routes(.v6, table: 7478)
                    where route.interface != nil {
                        try stage.network.kernel.deleteRoute(route)
                    }
                    let directory = try TemporaryDirectory()
                    let next = SplitDefaultRoutes(
                        stage.network.kernel, journal: try HostJournal(directory: directory.path))
                    try next.install(stage.plan(killSwitch: killSwitch))
                    try next.remove()
                    #expect(try stage.everything() == before)
                }
            }
        }

        /// `interface.mesh_ipv4_prefix` may be one of the private networks as a whole.
        @Test func theMeshMayBeAWholePrivateNetwork() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                var tunnel = TunnelConfiguration.example()
                tunnel.ipv4Prefix = try #require(IPv4Prefix(IPv4Address(rawValue: 0x0a00_0000), length: 8))
                let plan = SplitDefaultPlan(
                    interface: stage.network.meshIndex, tunnel, families: [.v4, .v6], hasKillSwitch: true)
                try stage.routes.install(plan)
                #expect(try stage.routes.stands(plan))
                stage.network.mesh.close()
                let member = IPNetwork.v4(IPv4Address(rawValue: 0x0a4d_0909), length: 32)
                #expect(try stage.network.way(to: member) == nil)
            }
        }

        @Test func routesOfAnotherProgramInTheMainTableAreRemovedToo() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let before = try stage.everything()
                for half in ["0.0.0.0/1", "128.0.0.0/1"] {
                    _ = try NetworkNamespace.words(
                        "ip", ["route", "replace", half, "via", "10.77.9.9", "dev", "pim0", "onlink"])
                }
                for half in ["::/1", "8000::/1"] {
                    _ = try NetworkNamespace.words("ip", ["-6", "route", "replace", half, "dev", "pim0"])
                }
                #expect(try stage.everything() != before)
                try stage.routes.remove(interface: stage.network.meshIndex)
                #expect(try stage.everything() == before)
            }
        }

        @Test func theRulesOfOthersAreLeftAlone() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                for rule in [["pref", "7476", "lookup", "4242"], ["pref", "7477", "fwmark", "0x1", "lookup", "4242"]] {
                    _ = try NetworkNamespace.words("ip", ["rule", "add"] + rule)
                }
                let before = try stage.everything()
                try stage.routes.install(stage.plan())
                try stage.routes.remove()
                #expect(try stage.everything() == before)
            }
        }

        @Test func theStrictSourceCheckIsLoosenedAndPutBack() async throws {
            try await NetworkNamespace.run {
                let stage = try Stage()
                let setting = KernelSetting("net/ipv4/conf/up0/rp_filter")
                let everywhere = KernelSetting("net/ipv4/conf/all/rp_filter")
                try everywhere.write("0")
                try setting.write("1")
                #expect(ReversePathFilter.loosen(but: "pim0", journal: stage.journal) == [])
                #expect(try setting.read() == "2")
                #expect(stage.journal.restoreSettings(where: ReversePathFilter.owns) == [])
                #expect(try setting.read() == "1")
                #expect(stage.journal.changes == [])
            }
        }
    }
#endif
