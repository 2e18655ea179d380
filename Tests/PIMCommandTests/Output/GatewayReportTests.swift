import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite struct GatewayReportTests {
    @Test func whatIsKnownIsShownAndWhatIsNotIsLeftOut() {
        let role = GatewayRole(
            active: true, natInterface: "eth0", advertisedRoutes: ["0.0.0.0/0"],
            conntrack: .init(used: 12, max: 200, scope: "gateway"), dropped: ["over_limit": 3, "denied": 0])
        #expect(
            GatewayReport(role).lines == [
                "gateway: active", "  uplink:      eth0", "  routes:      0.0.0.0/0", "  connections: 12 of 200",
                "  dropped:     3 over_limit",
            ])
    }

    @Test func flowsOfTheWholeHostAreNotPassedOffAsOurs() {
        let role = GatewayRole(
            active: true, natInterface: "eth0", conntrack: .init(used: 9, max: 262_144, scope: "host"))
        #expect(GatewayReport(role).lines.contains("  connections: 9 of 262144 on the whole host"))
    }

    @Test func aGatewayThatWaitsSaysForWhat() {
        #expect(GatewayReport(GatewayRole(active: false, natInterface: nil)).lines == ["gateway: off"])
        let waiting = GatewayRole(active: false, natInterface: "eth0", reason: "eth0 is not up")
        #expect(GatewayReport(waiting).lines == ["gateway: waiting for eth0", "  reason:      eth0 is not up"])
    }

    @Test func whatFailsComesWithItsCure() {
        let result = GatewayPreflightResult(
            supported: true, platform: "linux",
            checks: [
                .init(name: "nft_present", ok: false, detail: "not found", required: true, fix: "install it"),
                .init(name: "uplink_ipv6", ok: false, detail: "none", required: false, fix: nil),
                .init(name: "uplink_up", ok: true, detail: "eth0 is up", required: true, fix: nil),
            ], suggestedNATInterfaces: ["eth0"])
        #expect(
            PreflightReport(result).lines == [
                "FAIL  nft_present: not found", "      → install it", "note  uplink_ipv6: none",
                "ok    uplink_up: eth0 is up", "interfaces that may lead out: eth0",
            ])
    }
}
