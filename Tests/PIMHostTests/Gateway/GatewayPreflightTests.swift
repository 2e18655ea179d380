import PIMCore
import Testing

@testable import PIMHost

@Suite("What a gateway needs")
struct GatewayPreflightTests {
    private let sound = GatewayFacts(
        isLinux: true, isInterfaceEnabled: true, meshInterface: "pim0", hasNetAdmin: true, passesNetAdmin: true,
        rules: .accepted, lockedSettings: [],
        uplink: Uplink(name: "eth0", exists: true, isRunning: true, hasIPv4: true, ipv6Interface: "eth0"),
        defaultRoutes: UplinkRoutes(ipv4: ["eth0"], ipv6: ["eth0"]))

    private func failures(_ change: (inout GatewayFacts) -> Void) -> [GatewayCheck] {
        var facts = sound
        change(&facts)
        return GatewayPreflight.checks(facts).filter { !$0.isOK }
    }

    @Test func aSoundMachinePassesAndIsToldNothingToDo() {
        let checks = GatewayPreflight.checks(sound)
        #expect(checks.allSatisfy { $0.isOK && $0.fix == nil && !$0.message.isEmpty })
        #expect(Set(checks.map(\.id)).count == checks.count)
    }

    @Test func withoutTheMeshInterfaceThereIsNoGateway() throws {
        let failures = failures { $0.isInterfaceEnabled = false }
        let check = try #require(failures.first)
        #expect(failures.count == 1 && check.id == .meshInterface && check.isRequired)
        #expect(check.message.contains("interface.enabled is false"))
        #expect(try #require(check.fix).contains("interface.enabled = true"))
    }

    @Test func everythingRequiredThatIsMissingIsNamedWithItsCure() {
        let failures = failures { facts in
            facts.hasNetAdmin = false
            facts.rules = .noProgram
            facts.lockedSettings = ["net/ipv4/ip_forward"]
            facts.uplink = Uplink(name: "wan9", exists: false, isRunning: false, hasIPv4: false, ipv6Interface: nil)
            facts.suggestions = ["eth0", "wlan0"]
        }
        let required = failures.filter(\.isRequired)
        #expect(
            required.map(\.id) == [
                .capability, .nft, .rules, .forwarding, .uplinkExists, .uplinkUp, .uplinkAddress,
            ])
        #expect(required.first { $0.id == .nft }?.fix?.contains("apt-get install nftables") == true)
        #expect(required.first { $0.id == .uplinkExists }?.fix?.contains("eth0, wlan0") == true)
    }

    @Test func aCapabilityThatNftDoesNotInheritIsNotEnough() throws {
        let failures = failures { $0.passesNetAdmin = false }
        #expect(failures.map(\.id) == [.capability])
        #expect(try #require(failures.first).message.contains("nft does not inherit"))
        #expect(
            try #require(failures.first?.fix).contains("setpriv --ambient-caps +net_admin --inh-caps +net_admin"))
    }

    @Test func refusedRulesSayWhatTheKernelSaid() throws {
        let failures = failures { $0.rules = .refused("nft: Could not process rule: No such file or directory") }
        #expect(failures.map(\.id) == [.rules])
        #expect(try #require(failures.first).message.contains("No such file or directory"))
        #expect(try #require(failures.first?.fix).contains("nft_masq"))
    }

    @Test func whatIsOnlyAdviceKeepsNobodyFromBeingAGateway() {
        let failures = failures { facts in
            facts.uplink.ipv6Interface = nil
            facts.defaultRoutes = UplinkRoutes(ipv4: ["wlan0"])
            facts.blockingChains = ["ip filter FORWARD"]
        }
        #expect(failures.map(\.id) == [.uplinkIPv6, .defaultRoute, .firewall])
        #expect(failures.allSatisfy { !$0.isRequired && $0.fix != nil })
    }

    @Test func theMeshInterfaceIsNoUplink() {
        #expect(failures { $0.uplink.name = "pim0" }.map(\.id).contains(.uplinkExists))
    }

    @Test func elsewhereThanOnLinuxNothingElseIsAsked() {
        let failures = failures { $0.isLinux = false }
        #expect(failures.map(\.id) == [.platform])
    }
}
