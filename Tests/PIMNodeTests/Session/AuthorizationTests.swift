import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// `spec/daemon.md` §8 in the order of `spec/crypto.md` §12.7.
@Suite struct AuthorizationTests {
    private func trusted(_ effects: [ControlEffect]) -> [NodeID] {
        effects.compactMap { if case .trust(let node) = $0 { node } else { nil } }
    }

    private func subject(_ policy: AuthorizationPolicy) throws -> Subject {
        try Subject(
            configuration: ControlConfiguration(
                targets: [DialTarget(address: "192.0.2.7:9100")], authorization: policy))
    }

    @Test func anAllowListLetsItsMembersInAndNobodyElse() throws {
        let listed = try Remote(0x02).node
        var subject = try subject(.allowList([listed]))
        var member = try Remote(0x02)
        var stranger = try Remote(0x42)
        #expect(try subject.connect(&member).installs == [.first])
        let effects = try subject.connect(&stranger, on: .second)
        #expect(effects.closeReason(of: .second) == .notAuthorized)
        #expect(effects.counted.contains(.notAuthorized))
        #expect(effects.handshakes(on: .second).isEmpty)
    }

    @Test func aDialledNodeThatIsNotListedIsRefusedBeforeTheConfirmation() throws {
        var subject = try subject(.allowList([]))
        var remote = try Remote(0x02)
        let effects = try subject.dial(&remote)
        #expect(effects.closeReason() == .notAuthorized)
        #expect(effects.installs.isEmpty)
        #expect(effects.handshakes().count == 1)
    }

    @Test func firstUseIsStoredAfterTheConfirmationAndOnce() throws {
        var subject = try subject(.trustOnFirstUse(known: [], capacity: 10))
        var remote = try Remote(0x02)
        subject.accept(remote)
        #expect(trusted(subject.handle(.handshake(.first, try remote.initiate()))).isEmpty)
        subject.handle(.linkClosed(.first))
        #expect(trusted(try subject.connect(&remote, on: .second)) == [remote.node])
        subject.handle(.linkClosed(.second))
        #expect(trusted(try subject.connect(&remote, on: LinkID(rawValue: 3))).isEmpty)
    }

    @Test func theInitiatorTrustsAfterTheProofToo() throws {
        var subject = try subject(.trustOnFirstUse(known: [], capacity: 10))
        var remote = try Remote(0x02)
        #expect(trusted(try subject.dial(&remote)).isEmpty)
        #expect(trusted(subject.handle(.dataOpened(.first))) == [remote.node])
    }

    @Test func aFullTrustListTakesOnlyTheNodesItKnows() throws {
        let known = try Remote(0x02).node
        var subject = try subject(.trustOnFirstUse(known: [known], capacity: 1))
        var friend = try Remote(0x02)
        var stranger = try Remote(0x42)
        #expect(try subject.connect(&friend).installs == [.first])
        #expect(try subject.connect(&stranger, on: .second).closeReason(of: .second) == .notAuthorized)
    }
}
