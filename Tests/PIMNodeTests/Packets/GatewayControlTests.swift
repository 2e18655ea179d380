import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// What the control plane tells the packet path and the neighbours about ways out of the mesh.
@Suite struct GatewayControlTests {
    private func ownEntry(_ update: RouteUpdate?, of subject: Subject) -> RouteEntry? {
        update?.entries.first { $0.destination == subject.plane.own }
    }

    @Test func neighboursHearThatThisNodeBecameAGatewayAndThatItIsNoneAnyMore() throws {
        var subject = try Subject()
        var remote = try Remote(0x42)
        let connected =
            try subject.connect(&remote) + subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        #expect(ownEntry(connected.updates().last, of: subject)?.isGateway == false)
        for isGateway in [true, false] {
            var effects = subject.handle(.request(.setGateway(isGateway)))
            #expect(effects.tables.last?.isGateway == isGateway)
            #expect(subject.plane.forwardingTable.isGateway == isGateway)
            effects += subject.advance(by: .seconds(2))
            #expect(ownEntry(effects.updates().last, of: subject)?.isGateway == isGateway)
        }
    }

    /// MG-9: neighbours hear how busy a gateway is, and of nobody else.
    @Test func heartbeatsCarryTheLoadOfAGateway() throws {
        var subject = try Subject()
        var remote = try Remote(0x42)
        try subject.connect(&remote)
        _ = subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        func load() throws -> UInt8 {
            let beats = subject.advance(by: .seconds(5)).frames(.heartbeat)
            subject.handle(.dataOpened(.first))
            return try Heartbeat.decode(try #require(beats.last)).load
        }
        _ = subject.handle(.request(.setLoad(200)))
        #expect(try load() == 0)
        _ = subject.handle(.request(.setGateway(true)))
        #expect(try load() == 200)
        _ = subject.handle(.request(.setLoad(3)))
        #expect(try load() == 3)
    }

    @Test func whatItIsAlreadyIsNoNews() throws {
        var subject = try Subject()
        #expect(subject.handle(.request(.setGateway(false))).tables.isEmpty)
        #expect(subject.handle(.request(.setGateway(true))).tables.count == 1)
        #expect(subject.handle(.request(.setGateway(true))).tables.isEmpty)
    }

    @Test func theTableNamesTheGatewayAndItsRoute() throws {
        var subject = try Subject()
        var remote = try Remote(0x42)
        try subject.connect(&remote)
        _ = subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        #expect(subject.plane.forwardingTable.gateway == nil)
        let effects = subject.handle(.directFrame(.first, .routeUpdate, try remote.update(gateway: true)))
        let table = try #require(effects.tables.last)
        #expect(table.gateway == remote.node)
        #expect(table.routes[remote.node]?.isGateway == true)
        #expect(table.route(to: .ipv4("192.0.2.1")) == .internet)
        let (ipv4, ipv6) = IPAddress.derived(remote.node)
        #expect(table.route(to: ipv4) == .node(remote.node))
        #expect(table.route(to: ipv6) == .node(remote.node))
    }

    /// The choice changes without any route changing: after ten seconds of being better (`spec/routing.md` §16.8).
    @Test func aNewChoiceIsPublishedWhenItIsMade() throws {
        var subject = try Subject()
        var remote = try Remote(0x42)
        try subject.connect(&remote)
        _ = subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        let (near, far) = (NodeID.filled(8), NodeID.filled(9))
        _ = subject.handle(
            .directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 5, gateway: true)])))
        #expect(subject.plane.forwardingTable.gateway == far)
        _ = subject.handle(
            .directFrame(
                .first, .routeUpdate,
                try remote.update([RouteEntry(far, 5, gateway: true), RouteEntry(near, 1, gateway: true)])))
        #expect(subject.plane.forwardingTable.gateway == far)
        var effects: [ControlEffect] = []
        for _ in 0..<4 {
            effects += subject.advance(by: .seconds(3))
            effects += subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        }
        #expect(effects.tables.map(\.gateway) == [near])
        #expect(subject.plane.forwardingTable.gateway == near)
    }

    @Test func aGatewayUsesNone() throws {
        var subject = try Subject()
        var remote = try Remote(0x42)
        try subject.connect(&remote)
        _ = subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        _ = subject.handle(.directFrame(.first, .routeUpdate, try remote.update(gateway: true)))
        #expect(subject.plane.forwardingTable.gateway == remote.node)
        #expect(subject.handle(.request(.setGateway(true))).tables.last?.gateway == .some(nil))
        #expect(subject.handle(.request(.setGateway(false))).tables.last?.gateway == remote.node)
    }

    @Test func aGatewayThatIsGoneIsInNoTable() throws {
        var subject = try Subject()
        var remote = try Remote(0x42)
        try subject.connect(&remote)
        _ = subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        _ = subject.handle(.directFrame(.first, .routeUpdate, try remote.update(gateway: true)))
        let effects = subject.handle(.linkClosed(.first)) + subject.advance(by: .seconds(60))
        let table = try #require(effects.tables.last)
        #expect(table.gateway == nil)
        #expect(table.owners[IPAddress.derived(remote.node).ipv4] == nil)
        #expect(table.route(to: .ipv4("192.0.2.1")) == .unreachable)
    }
}
