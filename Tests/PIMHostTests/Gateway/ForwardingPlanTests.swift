import Testing

@testable import PIMHost

@Suite("What forwarding takes")
struct ForwardingPlanTests {
    private func plan(_ settings: [String: String], isOurs: Bool = false) throws -> [ForwardingPlan.Step] {
        let interfaces = ["lo", "eth0", "wan.7", "pim0"]
        return try ForwardingPlan(interfaces: interfaces, meshInterface: "pim0", isOurs: isOurs) { settings[$0] }.steps
    }

    private func step(_ name: String, _ previous: String, _ value: String?) -> ForwardingPlan.Step {
        .init(name: name, previous: previous, value: value)
    }

    @Test func aRouterStaysAsItIs() throws {
        #expect(try plan(["net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "1"]) == [])
    }

    @Test func aHostForwardsInBothVersions() throws {
        #expect(
            try plan(["net/ipv4/ip_forward": "0", "net/ipv6/conf/all/forwarding": "0"]) == [
                step("net/ipv6/conf/all/forwarding", "0", "1"), step("net/ipv4/ip_forward", "0", "1"),
            ])
    }

    @Test func aKernelWithoutIPv6IsNotAskedToForwardIt() throws {
        #expect(try plan(["net/ipv4/ip_forward": "0"]) == [step("net/ipv4/ip_forward", "0", "1")])
    }

    /// The kernel drops default routes it learned from advertisements the moment it forwards.
    @Test func routerAdvertisementsAreKeptBeforeForwardingIsSwitched() throws {
        #expect(
            try plan([
                "net/ipv6/conf/all/forwarding": "0", "net/ipv6/conf/eth0/accept_ra": "1",
                "net/ipv6/conf/wan.7/accept_ra": "0", "net/ipv6/conf/pim0/accept_ra": "1",
            ]) == [
                step("net/ipv6/conf/eth0/accept_ra", "1", "2"), step("net/ipv6/conf/all/forwarding", "0", "1"),
            ])
    }

    @Test func anInterfaceThatComesLaterKeepsItsAdvertisementsToo() throws {
        let router = [
            "net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "1", "net/ipv6/conf/eth0/accept_ra": "1",
        ]
        #expect(try plan(router, isOurs: true) == [step("net/ipv6/conf/eth0/accept_ra", "1", "2")])
        // On a machine that forwarded before, whoever set it up knows why.
        #expect(try plan(router) == [])
    }

    @Test func whatTheSwitchChangesOnTheWayIsPutBackToo() throws {
        #expect(
            try plan([
                "net/ipv4/ip_forward": "0", "net/ipv4/conf/wan.7/forwarding": "1",
                "net/ipv4/conf/all/accept_redirects": "0",
            ]) == [
                step("net/ipv4/conf/wan.7/forwarding", "1", nil),
                step("net/ipv4/conf/all/accept_redirects", "0", nil), step("net/ipv4/ip_forward", "0", "1"),
            ])
    }
}
