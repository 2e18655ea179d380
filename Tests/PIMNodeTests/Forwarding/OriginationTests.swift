import PIMCore
import PIMWire
import Testing

@testable import PIMNode

@Suite struct OriginationTests {
    private let own = NodeID.filled(0xee)
    private let b = NodeID.filled(0xb)

    private var table: ForwardingTable {
        ForwardingTable(own: own, routes: [b: ForwardingTable.Route(link: .second, nextHop: b, hops: 1)])
    }

    private func payload(_ bytes: Int) -> ControlFrame {
        .pluginPayload(PluginPayload(kind: "test", body: [UInt8](repeating: 1, count: bytes)))
    }

    @Test func aRoutedControlFrameStartsWithTTLEight() throws {
        let plan = Origination.plan(payload(3), to: b, table: table)
        guard case .send(let link, let header, let bytes) = plan else {
            Issue.record("\(plan)")
            return
        }
        #expect(link == .second)
        #expect(header.source == own)
        #expect(header.destination == b)
        #expect(header.ttl == 8)
        #expect(header.flags == .isControl)
        #expect(header.payloadLength == bytes.count)
        #expect(try ControlFrame.decode(bytes) == payload(3))
    }

    @Test func theLargestPayloadFitsAndOneByteMoreDoesNot() {
        let limit = PluginPayload.routedBodyLimit(kindLength: 4)
        guard case .send = Origination.plan(payload(limit), to: b, table: table) else {
            Issue.record("the limit does not fit")
            return
        }
        #expect(Origination.plan(payload(limit + 1), to: b, table: table) == .tooLarge)
        #expect(Origination.plan(payload(70_000), to: b, table: table) == .tooLarge)
    }

    @Test func aStrangerHasNoRoute() {
        #expect(Origination.plan(payload(1), to: .filled(5), table: table) == .noRoute)
    }

    @Test func nobodySendsToThemselves() {
        #expect(Origination.plan(payload(1), to: own, table: table) == .toSelf)
    }
}
