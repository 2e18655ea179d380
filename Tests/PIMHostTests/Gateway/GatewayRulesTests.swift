import PIMCore
import Testing

@testable import PIMHost

@Suite("Rules of a gateway")
struct GatewayRulesTests {
    private func rules(uplink: String? = "eth0", uplinkIPv6: String? = "eth0") throws -> GatewayRules {
        GatewayRules(
            interface: try InterfaceName("pim0"), uplink: try uplink.map { try InterfaceName($0) },
            uplinkIPv6: try uplinkIPv6.map { try InterfaceName($0) })
    }

    private func lines(_ rules: GatewayRules) -> [String] {
        rules.script.split(separator: "\n").map { line in String(line.drop { $0 == " " }) }
    }

    /// The elements of a set.
    private func elements(_ set: String, in rules: GatewayRules) throws -> Set<String> {
        let lines = lines(rules)
        let start = try #require(lines.firstIndex(of: "set \(set) {"))
        let text = try #require(lines[start...].first { $0.hasPrefix("elements") })
        let list = text.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }
        return Set(list.split(separator: ",").map { $0.filter { $0 != " " } })
    }

    @Test func oneTableIsMadeAnewAndNothingElseIsTouched() throws {
        let script = try rules().script
        #expect(script.hasPrefix("add table inet pim\ndelete table inet pim\ntable inet pim {\n"))
        #expect(script.split(separator: "\n").count { $0.contains("table ") } == 3)
        #expect(!script.contains("flush"))
    }

    @Test func everyCounterExistsAndIsUsed() throws {
        var rules = try rules()
        rules.maxConnectionsPerNode = 10
        for counter in GatewayCounter.allCases {
            #expect(rules.script.contains("counter \(counter.rawValue) { }"))
            #expect(rules.script.contains("counter name \(counter.rawValue) "), "\(counter)")
        }
    }

    @Test func meshSourcesAreMasqueradedWhereTheyLeave() throws {
        let lines = lines(try rules(uplink: "wan0", uplinkIPv6: "six0"))
        #expect(lines.contains(#"ip saddr 10.77.0.0/16 oifname "wan0" masquerade"#))
        #expect(lines.contains(#"ip6 saddr fd77::/64 oifname "six0" masquerade"#))
        #expect(lines.contains(#"meta nfproto ipv4 oifname != "wan0" counter name strayed drop"#))
        #expect(lines.contains(#"meta nfproto ipv6 oifname != "six0" counter name strayed drop"#))
    }

    @Test func withoutAnUplinkAnyWayOutIsTakenButTheOneBack() throws {
        let lines = lines(try rules(uplink: nil, uplinkIPv6: nil))
        #expect(lines.contains(#"ip saddr 10.77.0.0/16 oifname != "pim0" masquerade"#))
        #expect(lines.contains(#"meta nfproto ipv6 oifname "pim0" counter name strayed drop"#))
    }

    @Test func otherPrefixesAreUsedEverywhere() throws {
        var rules = try rules()
        rules.meshIPv4Prefix = try IPv4Prefix(parsing: "10.9.0.0/20")
        rules.meshIPv6Prefix = try IPv6Prefix(parsing: "fd09::/48")
        #expect(!rules.script.contains("10.77."))
        #expect(!rules.script.contains("fd77:"))
        #expect(lines(rules).contains("ip daddr 10.9.0.0/20 accept"))
    }

    @Test func privateNetworksAreDeniedUnlessAllowed() throws {
        var rules = try rules()
        let denied = try elements("denied4", in: rules)
        #expect(denied.isSuperset(of: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]))
        #expect(try elements("denied6", in: rules).contains("fc00::/7"))
        rules.egress = EgressPolicy(allowsPrivate: true)
        let stillDenied = try elements("denied4", in: rules)
        #expect(denied.subtracting(stillDenied) == Set(EgressPolicy.privateIPv4))
        // This host and this link, cloud metadata among it, are nobody's to allow.
        #expect(stillDenied.isSuperset(of: ["127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"]))
        #expect(try elements("denied6", in: rules).isSuperset(of: ["fe80::/10", "ff00::/8", "::/127"]))
    }

    @Test func limitsCountNewFlowsAfterEveryOtherReasonToDropThem() throws {
        var rules = try rules()
        rules.maxConnections = 7
        rules.maxConnectionsPerNode = 3
        let lines = lines(rules)
        let limit = try #require(lines.firstIndex(of: "ct state new ct count over 7 counter name over_limit drop"))
        let share = try #require(lines.firstIndex { $0.contains("ip saddr ct count over 3 }") })
        let denied = try #require(lines.firstIndex(of: "ip6 daddr @denied6 counter name denied drop"))
        let established = try #require(lines.firstIndex(of: "ct state established,related counter name sent accept"))
        #expect(established < denied && denied < share && share < limit)
        #expect(lines[limit + 1] == "counter name sent accept")
    }

    /// A flow that began while another interface led out would go on under an address that is not this one's.
    @Test func openFlowsDoNotLeaveByAnotherInterfaceEither() throws {
        let lines = lines(try rules())
        let stray = try #require(lines.lastIndex { $0.hasSuffix("counter name strayed drop") })
        let established = try #require(lines.firstIndex(of: "ct state established,related counter name sent accept"))
        #expect(stray < established)
    }

    @Test func zeroMeansNoLimit() throws {
        var rules = try rules()
        rules.maxConnections = 0
        #expect(!rules.script.contains("ct count"))
    }

    @Test(arguments: ["", "eth0\"; flush ruleset; \"", "eth*", "a b", "a/b", "..", "interface-too-long", "eth0\n"])
    func namesThatCouldSayMoreThanANameAreRefused(name: String) {
        #expect(throws: PIMError.self) { try InterfaceName(name) }
    }

    @Test(arguments: ["eth0", "wlp3s0", "enx00e04c680001", "br-lan.7", "ppp0", "wg_home"])
    func ordinaryNamesAreTaken(name: String) throws {
        #expect(try InterfaceName(name).description == name)
    }
}
