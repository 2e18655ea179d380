import Attacks
import PIMCore
import PIMCrypto
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
        #expect(effects.installs.isEmpty)
        #expect(
            effects.events.contains(
                .peerRejected(stranger.node, remoteAddress: "192.0.2.1:40000", reason: .notAuthorized)))
        #expect(!subject.plane.isConnected(stranger.node))
    }

    @Test func thePolicyIsAskedAfterTheProof() throws {
        var subject = try subject(.allowList([]))
        var remote = try Remote(0x02)
        subject.accept(remote)
        // An Init may be a recording: it is answered, and nobody is rejected by name.
        let answered = subject.handle(.handshake(.first, try remote.initiate()))
        #expect(answered.handshakes().count == 1)
        #expect(!answered.counted.contains(.notAuthorized))
        // A wrong Confirm is a wrong Confirm, whoever it would have been.
        let wrong = subject.handle(.handshake(.first, .confirm(mac: [UInt8](repeating: 0, count: 32))))
        #expect(wrong.closeReason() == .confirmMismatch)
        #expect(!wrong.counted.contains(.notAuthorized))
    }

    /// Of our own kind, so that links are sealed.
    @Test(arguments: [false, true])
    func aRefusedNodeLearnsThatItWasRefused(isRevoked: Bool) throws {
        let dialer = try Identity.filled(0x01)
        let host = ControlConfiguration(
            authorization: isRevoked ? .allowAll : .allowList([]), revoked: isRevoked ? [dialer.nodeID] : [])
        var network = Network([
            try Subject(
                dialer, configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")])),
            try Subject(.filled(0x02), configuration: host),
        ])
        network.open(try #require(network.dialsDue(at: 0).first), from: 0, to: 1)
        network.run()
        let status = try #require(network.subjects[0].plane.dialTargets.first)
        #expect(status.lastFailure == LinkCloseReason.refusedByPeer.description)
        #expect(status.failures == 1)
        #expect(!network.effects[0].events.contains { if case .peerConnected = $0 { true } else { false } })
        #expect(network.subjects.allSatisfy { $0.plane.linkCount == 0 && $0.plane.routes.isEmpty })
    }

    @Test func aDialledNodeThatIsNotListedIsRefusedBeforeTheConfirmation() throws {
        var subject = try subject(.allowList([]))
        var remote = try Remote(0x02)
        let effects = try subject.dial(&remote)
        #expect(effects.closeReason() == .notAuthorized)
        #expect(effects.installs.isEmpty)
        #expect(effects.handshakes().count == 1)
        // One report for one attempt: that the target is not reached, and why.
        let told = effects.events.filter { event in
            switch event {
            case .dialDelayed(_, let reason, _): reason == LinkCloseReason.notAuthorized.description
            case .handshakeFailed, .peerRejected: true
            default: false
            }
        }
        #expect(told.count == 1)
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

    /// Somebody plays back a Response of the node and writes clear frames in its name, which a node without features would
    /// send. He cannot open or seal anything.
    private func afterAReplayedResponse() throws -> [NodeID] {
        var subject = try subject(.trustOnFirstUse(known: [], capacity: 10))
        var remote = try Remote(0x02)
        var effects = try subject.dial(&remote)
        effects += subject.handle(.directFrame(.first, .control, try remote.peerInfo()))
        effects += subject.handle(.directFrame(.first, .routeUpdate, try remote.update()))
        effects += subject.advance(by: .seconds(3))
        return trusted(effects)
    }

    @Test func aReplayedResponseIsNoFirstUse() throws {
        let node = try Remote(0x02).node
        #expect(try attack(on: .authorizationAfterProof) { try afterAReplayedResponse() == [node] } == .prevented)
        #expect(try afterAReplayedResponse().isEmpty)
    }

    @Test func aReferenceNodeIsTrustedWithItsFirstFrameThatOpens() throws {
        var subject = try subject(.trustOnFirstUse(known: [], capacity: 10))
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        #expect(trusted(subject.handle(.directFrame(.first, .control, try remote.peerInfo()))).isEmpty)
        #expect(subject.plane.isConnected(remote.node))
        #expect(trusted(subject.handle(.dataOpened(.first))) == [remote.node])
        #expect(trusted(subject.handle(.dataOpened(.first))).isEmpty)
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
