import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite struct RouteCommandTests {
    private func status(
        gateway: IPv4Address?, isGatewayNode: Bool = false, killSwitch: Bool = false
    ) -> SplitDefaultStatus {
        SplitDefaultStatus(
            on: true, enabled: true, interface: "pim0", via: IPv4Address(rawValue: 0x0a4d_0001), gateway: gateway,
            isGatewayNode: isGatewayNode, killSwitch: killSwitch, dns: false, failure: nil)
    }

    @Test func withoutAGatewayItIsRefusedUnlessTrafficIsToBeHeldBack() {
        #expect(RouteOnCommand.refusal(status(gateway: nil))?.contains("no gateway") == true)
        #expect(RouteOnCommand.refusal(status(gateway: nil, killSwitch: true)) == nil)
        #expect(RouteOnCommand.refusal(status(gateway: IPv4Address("10.77.2.3"))) == nil)
    }

    @Test func aGatewayRefuses() {
        let refusal = RouteOnCommand.refusal(status(gateway: IPv4Address("10.77.2.3"), isGatewayNode: true))
        #expect(refusal?.contains("is a gateway") == true)
    }

    @Test func theWordsAreTheOnesScriptsRead() {
        #expect(RouteOffCommand.line(wasOn: true) == "pim routes disabled")
        #expect(RouteOffCommand.line(wasOn: false) == "pim routes already disabled")
        #expect(
            RouteOnCommand.line(status(gateway: IPv4Address("10.77.2.3")))
                == "pim routes enabled via 10.77.0.1 dev pim0; the gateway is 10.77.2.3")
    }
}
