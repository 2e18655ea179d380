import Attacks
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// What is left of a revoked node: nothing, under every policy.
@Suite struct RevocationTests {
    private static let target = DialTarget(address: "192.0.2.7:9100")

    enum Policy: CaseIterable {
        case allowAll, allowList, trustOnFirstUse

        func policy(_ node: NodeID) -> AuthorizationPolicy {
            switch self {
            case .allowAll: .allowAll
            case .allowList: .allowList([node])
            case .trustOnFirstUse: .trustOnFirstUse(known: [node], capacity: 10)
            }
        }
    }

    private func subject(
        _ policy: AuthorizationPolicy = .allowAll, targets: [DialTarget] = [], revoked: Set<NodeID> = []
    ) throws -> Subject {
        try Subject(
            configuration: ControlConfiguration(
                name: "subject", targets: targets, authorization: policy, revoked: revoked))
    }

    @Test func itsSessionEndsAtOnce() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        let effects = subject.handle(.request(.revoke(remote.node)))
        #expect(effects.closeReason() == .revoked)
        #expect(effects.controls().contains(.goodbye(subject.plane.own, reason: GoodbyeReason.refused)))
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .revoked)))
        let table = try #require(effects.tables.last)
        #expect(table.neighbours.isEmpty && table.routes.isEmpty)
        #expect(table.revoked == [remote.node])
        #expect(subject.plane.linkCount == 0)
        // Once is enough.
        #expect(subject.handle(.request(.revoke(remote.node))).isEmpty)
    }

    @Test(arguments: Policy.allCases)
    func itGetsNoSessionInEitherRole(policy: Policy) throws {
        var remote = try Remote(0x02)
        var subject = try subject(policy.policy(remote.node), targets: [Self.target], revoked: [remote.node])
        let accepted = try subject.connect(&remote, on: .second)
        #expect(accepted.closeReason(of: .second) == .revoked)
        #expect(accepted.installs.isEmpty)
        #expect(
            accepted.events.contains(
                .peerRejected(remote.node, remoteAddress: "192.0.2.1:40000", reason: .revoked)))
        let dialled = try subject.dial(&remote)
        #expect(dialled.closeReason() == .revoked)
        #expect(dialled.handshakes().count == 1)
        #expect(subject.plane.dialTargets.first?.lastFailure == LinkCloseReason.revoked.description)
    }

    @Test func itIsTheRuleThatKeepsItOut() throws {
        let outcome = try attack(on: .revocation) {
            var remote = try Remote(0x02)
            var subject = try subject(revoked: [remote.node])
            return try subject.connect(&remote).installs == [.first] && subject.plane.isConnected(remote.node)
        }
        #expect(outcome == .prevented)
    }

    @Test func whoOnlyPresentsItselfIsNotRejectedByName() throws {
        var remote = try Remote(0x02)
        var subject = try subject(revoked: [remote.node])
        subject.accept(remote)
        let effects = subject.handle(.handshake(.first, try remote.initiate()))
        #expect(!effects.events.contains { if case .peerRejected = $0 { true } else { false } })
        #expect(effects.handshakes().count == 1)
    }

    @Test func aTargetThatNeedsItIsNotDialledUntilItIsRestored() throws {
        let node = try Remote(0x02).node
        var subject = try subject(targets: [DialTarget(address: "192.0.2.7:9100", node: node)], revoked: [node])
        #expect(subject.handle(.tick).dials.isEmpty)
        #expect(subject.plane.dialTargets.map(\.phase) == [.barred])
        #expect(subject.plane.dialTargets.first?.lastFailure == LinkCloseReason.revoked.description)
        #expect(subject.advance(by: .seconds(300)).dials.isEmpty)
        #expect(subject.handle(.request(.redialNow)).dials.isEmpty)
        #expect(subject.handle(.request(.restore(node))).dials.count == 1)
    }

    @Test func revokingEndsAttemptsUnderWay() throws {
        let node = try Remote(0x02).node
        var subject = try subject(targets: [DialTarget(address: "192.0.2.7:9100", node: node)])
        _ = subject.dialThrough()
        let effects = subject.handle(.request(.revoke(node)))
        #expect(effects.closeReason() == .revoked)
        #expect(subject.plane.dialTargets.map(\.phase) == [.barred])
    }

    @Test func aDialThatComesThroughTooLateIsNotWanted() throws {
        let node = try Remote(0x02).node
        var subject = try subject(targets: [DialTarget(address: "192.0.2.7:9100", node: node)])
        let dial = try #require(subject.handle(.tick).dials.first).0
        subject.handle(.request(.revoke(node)))
        let opened = ControlInput.linkOpened(.first, direction: .dialed(dial), preamble: nil, remoteAddress: "x:1")
        #expect(subject.handle(opened).closeReason() == .notWanted)
    }

    @Test func whereAnybodyMayAnswerAttemptsGoOn() throws {
        var subject = try subject(targets: [Self.target])
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        subject.handle(.dataOpened(.first))
        subject.handle(.request(.revoke(remote.node)))
        #expect(subject.plane.dialTargets.first?.lastFailure == LinkCloseReason.revoked.description)
        let later = subject.advance(by: .seconds(2))
        let dial = try #require(later.dials.first).0
        // Somebody else moved in.
        var other = try Remote(0x42)
        let opened = subject.handle(
            .linkOpened(.second, direction: .dialed(dial), preamble: nil, remoteAddress: "192.0.2.7:9100"))
        guard case .initiate(let hello)? = opened.handshakes(on: .second).last else {
            Issue.record("no Init")
            return
        }
        #expect(subject.handle(.handshake(.second, try other.respond(to: hello))).installs == [.second])
    }

    @Test func noRouteLeadsToItUntilItIsRestored() throws {
        var subject = try subject()
        var relay = try Remote(0x42)
        let node = NodeID.filled(9)
        try subject.connect(&relay)
        subject.handle(.directFrame(.first, .routeUpdate, try relay.update([RouteEntry(node, 1)])))
        #expect(subject.distances[node] == 2)
        let effects = subject.handle(.request(.revoke(node)))
        #expect(effects.events.contains(.routeRemoved(node)))
        #expect(effects.tables.last?.routes[node] == nil)
        subject.advance(by: .seconds(1))
        subject.handle(.directFrame(.first, .routeUpdate, try relay.update([RouteEntry(node, 1)])))
        #expect(subject.distances[node] == nil)
        let adverts = subject.advance(by: .seconds(6)).updates()
        #expect(!adverts.isEmpty && adverts.allSatisfy { !$0.entries.contains { $0.destination == node } })

        subject.handle(.request(.restore(node)))
        subject.handle(.directFrame(.first, .routeUpdate, try relay.update([RouteEntry(node, 1)])))
        #expect(subject.distances[node] == 2)
    }

    @Test func nothingOfItIsTakenFromARelay() throws {
        var subject = try subject()
        var relay = try Remote(0x42)
        let remote = try Remote(0x02)
        try subject.connect(&relay)
        subject.handle(.request(.revoke(remote.node)))
        let info = ControlFrame.peerInfo(PeerInfo(x25519: remote.identity.x25519PublicKey, name: "remote"))
        subject.handle(.routedControl(source: remote.node, info, via: .first))
        subject.handle(.request(.restore(remote.node)))
        let routed = subject.handle(.directFrame(.first, .routeUpdate, try relay.update([RouteEntry(remote.node, 1)])))
        #expect(routed.introductions.isEmpty)
    }

    @Test func trustInItGoesWithIt() throws {
        var remote = try Remote(0x02)
        var subject = try subject(.trustOnFirstUse(known: [], capacity: 1))
        try subject.connect(&remote)
        let effects = subject.handle(.request(.revoke(remote.node)))
        #expect(effects.contains { if case .distrust(remote.node) = $0 { true } else { false } })
        // There is room for somebody else now.
        var other = try Remote(0x42)
        #expect(try subject.connect(&other, on: .second).installs == [.second])
    }

    /// Of our own kind, so that the link is sealed.
    @Test func itLearnsOfItAndEndsItsOwnSessions() throws {
        var network = Network([
            try Subject(
                .filled(0x01), configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")])),
            try Subject(.filled(0x02)),
        ])
        network.open(try #require(network.dialsDue(at: 0).first), from: 0, to: 1)
        network.run()
        #expect(network.subjects[0].plane.isConnected(network.node(1)))
        network.input(.request(.revoke(network.node(0))), to: 1)
        network.run()
        let plane = network.subjects[0].plane
        #expect(!plane.isConnected(network.node(1)))
        #expect(plane.dialTargets.first?.lastFailure == LinkCloseReason.refusedByPeer.description)
        #expect(plane.sessions.current(of: network.node(1)) == nil)
    }

    @Test func thisNodeCannotRevokeItself() throws {
        var subject = try subject()
        let own = subject.plane.own
        #expect(subject.handle(.request(.revoke(own))).isEmpty)
        #expect(!subject.plane.isRevoked(own))
    }

    @Test func restoringWhatIsNotRevokedChangesNothing() throws {
        var subject = try subject()
        #expect(subject.handle(.request(.restore(.filled(9)))).isEmpty)
    }
}
