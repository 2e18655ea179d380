import PIMCore
import PIMRPC
import Testing

@Suite struct SplitDefaultStatusTests {
    /// The words of `spec/scenarios.md` §0.2.
    @Test(arguments: [
        (true, "pim routes: enabled via 10.77.0.1 dev pim0"),
        (false, "pim routes: disabled (expected via 10.77.0.1 dev pim0)"),
    ])
    func theLineIsTheOneScriptsRead(enabled: Bool, line: String) {
        let status = SplitDefaultStatus(
            on: true, enabled: enabled, interface: "pim0", via: IPv4Address(rawValue: 0x0a4d_0001), gateway: nil,
            isGatewayNode: false, killSwitch: false, dns: false, failure: nil)
        #expect(status.line == line)
    }

    @Test func withoutParametersTheRouteIsTurnedOff() throws {
        let parameters = try RPCCoding.decode(SetSplitDefaultParameters.self, from: Array("{}".utf8))
        #expect(parameters.on == nil)
    }
}
