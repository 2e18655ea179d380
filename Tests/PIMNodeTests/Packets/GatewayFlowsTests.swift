import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// Which gateway a flow leaves by (`spec/routing.md` §16.8).
@Suite struct GatewayFlowsTests {
    private let first = NodeID.filled(1)
    private let second = NodeID.filled(2)
    private let third = NodeID.filled(3)
    private var flows = GatewayFlows()

    private func routes(_ gateways: NodeID...) -> [NodeID: ForwardingTable.Route] {
        Dictionary(
            uniqueKeysWithValues: gateways.map { ($0, .init(link: .first, nextHop: $0, hops: 1, isGateway: true)) })
    }

    @Test mutating func aFlowStaysWithItsGatewayAndNewOnesTakeTheChosenOne() {
        let both = routes(first, second)
        #expect(flows.gateway(for: 77, chosen: first, routes: both, at: .zero) == first)
        #expect(flows.gateway(for: 77, chosen: second, routes: both, at: .seconds(1)) == first)
        #expect(flows.gateway(for: 78, chosen: second, routes: both, at: .seconds(1)) == second)
        #expect(flows.gateway(for: 78, chosen: first, routes: both, at: .seconds(2)) == second)
        #expect(flows.gateway(for: 77, chosen: second, routes: both, at: .seconds(3)) == first)
    }

    @Test mutating func aGatewayThatIsGoneKeepsNoFlow() {
        #expect(flows.gateway(for: 77, chosen: first, routes: routes(first, second), at: .zero) == first)
        #expect(flows.gateway(for: 77, chosen: second, routes: routes(second), at: .seconds(1)) == second)
        // Once moved it stays there.
        #expect(flows.gateway(for: 77, chosen: first, routes: routes(first, second), at: .seconds(2)) == second)
    }

    @Test mutating func aNodeThatIsNoGatewayAnyMoreKeepsNoFlow() {
        var both = routes(first, second)
        _ = flows.gateway(for: 77, chosen: first, routes: both, at: .zero)
        both[first]?.isGateway = false
        #expect(flows.gateway(for: 77, chosen: second, routes: both, at: .seconds(1)) == second)
    }

    @Test mutating func anIdleFlowTakesTheChosenGatewayAndABusyOneNeverDoes() {
        let both = routes(first, second)
        _ = flows.gateway(for: 77, chosen: first, routes: both, at: .zero)
        for minute in 1...100 {
            let time = MonotonicTime.seconds(Double(minute * 60))
            #expect(flows.gateway(for: 77, chosen: second, routes: both, at: time) == first)
        }
        #expect(flows.gateway(for: 77, chosen: second, routes: both, at: .seconds(6000 + 539)) == first)
        #expect(flows.gateway(for: 77, chosen: second, routes: both, at: .seconds(6480 + 600)) == second)
    }

    @Test mutating func fragmentsLeaveByTheGatewayOfTheirFlow() {
        let both = routes(first, second)
        let (begin, rest) = (IPHeader.Fragment(packet: 0xabc, flow: 77), IPHeader.Fragment(packet: 0xabc))
        _ = flows.gateway(for: 77, chosen: first, routes: both, at: .zero)
        // Without ports all fragments between two addresses look like one flow.
        for fragment in [begin, rest, rest] {
            #expect(flows.gateway(for: 5, fragment: fragment, chosen: second, routes: both, at: .seconds(1)) == first)
        }
        // One whose beginning was not seen takes what its addresses have.
        let lost = IPHeader.Fragment(packet: 0xdef)
        #expect(flows.gateway(for: 5, fragment: lost, chosen: second, routes: both, at: .seconds(1)) == second)
    }

    /// Minutes are counted in 16 bits: 45 days.
    @Test mutating func timeGoesOnForMonths() {
        let both = routes(first, second)
        let wrap = 65_536.0 * 60
        _ = flows.gateway(for: 77, chosen: first, routes: both, at: .seconds(wrap - 30))
        #expect(flows.gateway(for: 77, chosen: second, routes: both, at: .seconds(wrap + 30)) == first)
        #expect(flows.gateway(for: 77, chosen: second, routes: both, at: .seconds(wrap + 3000)) == second)
    }

    @Test mutating func flowsOfOneSlotPushEachOtherOut() {
        let both = routes(first, second)
        let (one, other) = (5 as UInt64, 5 | 9 << 32 as UInt64)
        _ = flows.gateway(for: one, chosen: first, routes: both, at: .zero)
        #expect(flows.gateway(for: other, chosen: second, routes: both, at: .zero) == second)
        #expect(flows.gateway(for: one, chosen: second, routes: both, at: .zero) == second)
    }

    @Test mutating func flowsOfOtherSlotsDoNot() {
        let both = routes(first, second)
        for slot in 0..<UInt64(8192) { _ = flows.gateway(for: slot, chosen: first, routes: both, at: .zero) }
        for slot in 0..<UInt64(8192) {
            #expect(flows.gateway(for: slot, chosen: second, routes: both, at: .zero) == first)
        }
    }

    /// More gateways than are numbered: flows start anew, and none goes to a gateway it never had.
    @Test mutating func manyGateways() {
        var routes = routes(first)
        for number in 0..<UInt64(200) {
            let gateway = NodeID(high: 7, low: number)
            routes[gateway] = .init(link: .first, nextHop: gateway, hops: 1, isGateway: true)
            #expect(flows.gateway(for: number, chosen: gateway, routes: routes, at: .zero) == gateway)
            #expect(flows.gateway(for: number, chosen: first, routes: routes, at: .zero) == gateway)
        }
        for number in 0..<UInt64(200) {
            let held = flows.gateway(for: number, chosen: third, routes: routes, at: .zero)
            #expect(held == third || held == NodeID(high: 7, low: number))
        }
    }
}
