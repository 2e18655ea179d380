import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Sessions the operator ends without revoking anybody.
@Suite struct PartingTests {
    private func subject(_ policy: AuthorizationPolicy = .allowAll) throws -> Subject {
        try Subject(configuration: ControlConfiguration(name: "subject", authorization: policy))
    }

    @Test func aDisconnectedPeerIsToldAndMayComeBack() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        let effects = subject.handle(.request(.disconnect(remote.node)))
        #expect(effects.closeReason() == .parted)
        #expect(effects.controls().contains(.goodbye(subject.plane.own, reason: GoodbyeReason.shuttingDown)))
        #expect(!subject.plane.isConnected(remote.node))
        try subject.connect(&remote, on: .second)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func aNodeThatIsNotConnectedChangesNothing() throws {
        var subject = try subject()
        let remote = try Remote(0x02)
        #expect(subject.handle(.request(.disconnect(remote.node))).isEmpty)
    }

    @Test func aListWithoutTheNodeEndsItsSession() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        let effects = subject.handle(.request(.setAuthorization(.allowList([]))))
        #expect(effects.closeReason() == .notAuthorized)
        #expect(effects.controls().contains(.goodbye(subject.plane.own, reason: GoodbyeReason.refused)))
        let again = try subject.connect(&remote, on: .second)
        #expect(again.closeReason(of: .second) == .notAuthorized)
    }

    @Test func aListWithTheNodeLetsItStayAndLetsItIn() throws {
        var remote = try Remote(0x02)
        var subject = try subject(.allowList([]))
        #expect(try subject.connect(&remote, on: .second).closeReason(of: .second) == .notAuthorized)
        #expect(subject.handle(.request(.setAuthorization(.allowList([remote.node])))).isEmpty)
        try subject.connect(&remote)
        #expect(subject.plane.isConnected(remote.node))
        #expect(subject.handle(.request(.setAuthorization(.allowAll))).isEmpty)
        #expect(subject.plane.isConnected(remote.node))
    }
}
