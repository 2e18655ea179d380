import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// A new handshake on a live link: `spec/crypto.md` §5.7, §12.2.
@Suite struct RenewalTests {
    private func dialed() throws -> (Subject, Remote) {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        subject.handle(.dataOpened(.first))
        return (subject, remote)
    }

    /// The same with a node that seals, and the Init of a renewal.
    private func renewing() throws -> (Subject, Remote, HandshakeHello) {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02, features: [.sealedLinks, .sessions])
        try subject.dial(&remote)
        subject.handle(.dataOpened(.first))
        guard case .initiate(let hello)? = subject.handle(.linkUsed(.first, frames: 1 << 31)).handshakes().first else {
            throw CryptoError(.invalidState, "no Init")
        }
        return (subject, remote, hello)
    }

    private func stayAlive(_ subject: inout Subject, for time: Duration) -> [ControlEffect] {
        var effects: [ControlEffect] = []
        let end = subject.now.monotonic.advanced(by: time)
        while subject.now.monotonic < end {
            effects += subject.advance(by: .seconds(10))
            subject.handle(.dataOpened(.first))
        }
        return effects
    }

    @Test func theInitiatorRenewsWithinAnHour() throws {
        var (subject, _) = try dialed()
        #expect(stayAlive(&subject, for: .seconds(3200)).handshakes().isEmpty)
        let messages = stayAlive(&subject, for: .seconds(410)).handshakes()
        guard case .initiate? = messages.first else {
            Issue.record("\(messages)")
            return
        }
    }

    @Test func aRenewalInstallsANewKeyAndKeepsTheOldOneForAMoment() throws {
        var (subject, remote) = try dialed()
        let effects = subject.handle(.linkUsed(.first, frames: 1 << 31))
        guard case .initiate(let hello)? = effects.handshakes().first else {
            Issue.record("no Init")
            return
        }
        let renewed = subject.handle(.handshake(.first, try remote.respond(to: hello)))
        #expect(renewed.installs == [.first])
        for case .installSession(_, _, _, let lifetime, _) in renewed { #expect(lifetime == .seconds(10)) }
        #expect(renewed.counted.contains(.sessionRenewed))
        #expect(!renewed.events.contains(.peerConnected(remote.node, .first)))
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func aRenewalThatIsDueWaitsQuietlyForAHandshakeThePeerLeavesUndone() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        subject.handle(.handshake(.first, try remote.initiate()))
        subject.now.monotonic = subject.now.monotonic.advanced(by: .seconds(2))
        subject.plane.links[.first]?.session?.renewalDue = subject.now.monotonic
        #expect(subject.handle(.tick).handshakes().isEmpty)
        let next = try #require(subject.plane.nextDeadline)
        #expect(next > subject.now.monotonic)
        #expect(subject.advance(by: .seconds(9)).handshakes().count == 1)
    }

    @Test func aFewFramesAreNoReasonToRenew() throws {
        var (subject, _) = try dialed()
        #expect(subject.handle(.linkUsed(.first, frames: (1 << 31) - 1)).handshakes().isEmpty)
    }

    @Test func theCountStartsAnewWithEveryKey() throws {
        var (subject, remote) = try dialed()
        guard case .initiate(let hello)? = subject.handle(.linkUsed(.first, frames: 1 << 31)).handshakes().first else {
            Issue.record("no Init")
            return
        }
        subject.handle(.handshake(.first, try remote.respond(to: hello)))
        #expect(subject.handle(.linkUsed(.first, frames: (1 << 31) + 1000)).handshakes().isEmpty)
        #expect(subject.handle(.linkUsed(.first, frames: 1 << 32)).handshakes().count == 1)
    }

    @Test func theDialledEndRenewsTenMinutesLaterIfTheOtherDoesNot() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        #expect(stayAlive(&subject, for: .seconds(3700)).handshakes().isEmpty)
        #expect(stayAlive(&subject, for: .seconds(520)).handshakes().count >= 1)
    }

    @Test func theDialledEndRenewsAnEighthOfTheFramesLater() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        #expect(subject.handle(.linkUsed(.first, frames: (1 << 31) + (1 << 28) - 1)).handshakes().isEmpty)
        #expect(subject.handle(.linkUsed(.first, frames: (1 << 31) + (1 << 28))).handshakes().count == 1)
    }

    @Test func aWrongResponseToARenewalIsNotTheEndOfIt() throws {
        var (subject, remote) = try dialed()
        guard case .initiate(let hello)? = subject.handle(.linkUsed(.first, frames: 1 << 31)).handshakes().first,
            case .respond(let response) = try remote.respond(to: hello)
        else {
            Issue.record("no Init")
            return
        }
        var wrong = response
        wrong.signature[7] ^= 1
        let refused = subject.handle(.handshake(.first, .respond(wrong)))
        #expect(refused.counted == [.handshakeFailed])
        #expect(refused.closeReason() == nil)
        #expect(refused.installs.isEmpty)
        #expect(subject.handle(.handshake(.first, .respond(hello))).closeReason() == nil)
        #expect(subject.handle(.handshake(.first, .respond(response))).installs == [.first])
    }

    @Test func aWrongConfirmOfARenewalIsNotTheEndOfIt() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        guard case .respond(let hello)? = subject.handle(.handshake(.first, try remote.initiate())).handshakes().last
        else {
            Issue.record("no Response")
            return
        }
        let refused = subject.handle(.handshake(.first, .confirm(mac: [UInt8](repeating: 7, count: 32))))
        #expect(refused.counted == [.confirmMismatch])
        #expect(refused.closeReason() == nil)
        #expect(subject.handle(.handshake(.first, try remote.confirm(hello))).installs == [.first])
    }

    @Test func theRealResponseBehindARecordedOneIsTakenToo() throws {
        var (subject, remote, hello) = try renewing()
        guard case .respond(let earlier) = try remote.respond(to: hello) else { return }
        let recorded = subject.handle(.handshake(.first, .respond(earlier)))
        #expect(recorded.installs.isEmpty)
        #expect(recorded.proposals.count == 1)
        // The same once more is nothing new.
        #expect(subject.handle(.handshake(.first, .respond(earlier))).counted == [.handshakeUnexpected])
        let real = subject.handle(.handshake(.first, try remote.respond(to: hello)))
        guard case .confirm(let mac)? = real.handshakes().first else {
            Issue.record("no Confirm")
            return
        }
        #expect(throws: Never.self) { _ = try remote.confirmed(mac) }
        let prefix = try #require(real.proposals.first)
        #expect(subject.handle(.sessionProven(.first, noncePrefix: prefix)).counted.contains(.sessionRenewed))
        #expect(subject.plane.isConnected(remote.node))
        #expect(subject.handle(.handshake(.first, try remote.respond(to: hello))).counted == [.handshakeUnexpected])
    }

    @Test func oneNodeHasFourTriesToAnswerARenewal() throws {
        var (subject, remote, hello) = try renewing()
        var proposals = 0
        for _ in 0..<10 {
            proposals += subject.handle(.handshake(.first, try remote.respond(to: hello))).proposals.count
        }
        #expect(proposals == 4)
    }

    @Test func aRenewalUnderWhichNothingOpensLeavesTheSessionAndIsRepeated() throws {
        var (subject, remote, hello) = try renewing()
        subject.handle(.handshake(.first, try remote.respond(to: hello)))
        var effects: [ControlEffect] = []
        for _ in 0..<80 {
            effects += subject.advance(by: .seconds(1))
            subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        }
        #expect(effects.counted.contains(.handshakeTimedOut))
        #expect(!effects.counted.contains(.sessionRenewed))
        #expect(effects.handshakes().count == 1)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func whatARenewalAnnouncesIsPinnedOnceAFrameOpens() throws {
        var (subject, remote, hello) = try renewing()
        remote.features = [.sealedLinks, .sessions, .sealedPackets]
        let answered = subject.handle(.handshake(.first, try remote.respond(to: hello)))
        #expect(answered.pins.isEmpty)
        let prefix = try #require(answered.proposals.first)
        let proven = subject.handle(.sessionProven(.first, noncePrefix: prefix))
        #expect(proven.pins == [[.sealedLinks, .sessions, .sealedPackets]])
        #expect(subject.handle(.sessionProven(.first, noncePrefix: prefix)).isEmpty)
    }

    @Test func anUnansweredRenewalKeepsTheSessionAndIsRepeated() throws {
        var (subject, remote) = try dialed()
        subject.handle(.linkUsed(.first, frames: 1 << 31))
        let effects = stayAlive(&subject, for: .seconds(80))
        #expect(effects.counted.contains(.handshakeTimedOut))
        #expect(effects.handshakes().count == 1)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func anInitOnALiveLinkIsAnsweredAtAnyTime() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        let effects = try subject.handshake(from: &remote)
        #expect(effects.installs == [.first])
        #expect(subject.plane.isConnected(remote.node))
        #expect(effects.closeReason() == nil)
    }

    @Test func aRenewalByThePeerConfirmsASessionThatStillWaitedForIt() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        let effects = try subject.handshake(from: &remote)
        #expect(effects.events.contains(.peerConnected(remote.node, .first)))
        #expect(effects.meshFrames().map(\.destination) == [remote.node])
    }

    @Test func theDialledEndMayRenewToo() throws {
        var (subject, remote) = try dialed()
        #expect(try subject.handshake(from: &remote).installs == [.first])
    }

    @Test func moreThanSixRenewalsAMinuteAreIgnored() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        var answered = 0
        for _ in 0..<20 {
            answered += subject.handle(.handshake(.first, try remote.initiate())).handshakes().count
        }
        #expect(answered == 6)
        #expect(subject.plane.isConnected(remote.node))
        subject.advance(by: .seconds(10))
        #expect(subject.handle(.handshake(.first, try remote.initiate())).handshakes().count == 1)
    }

    @Test func aRenewalHasToProveTheSameNode() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        var other = try Remote(0x42)
        try subject.connect(&remote)
        let effects = subject.handle(.handshake(.first, try other.initiate()))
        #expect(effects.closeReason() == .identityMismatch)
        #expect(effects.handshakes().isEmpty)
    }

    @Test func theInitiatorOfARenewalInsistsOnTheSameNodeToo() throws {
        var (subject, _) = try dialed()
        var other = try Remote(0x42)
        let effects = subject.handle(.linkUsed(.first, frames: 1 << 31))
        guard case .initiate(let hello)? = effects.handshakes().first else { return }
        let refused = subject.handle(.handshake(.first, try other.respond(to: hello)))
        #expect(refused.closeReason() == .identityMismatch)
    }

    @Test func aWrongInitOnALiveLinkDoesNotEndIt() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        guard case .initiate(var hello) = try remote.initiate() else { return }
        hello.signature[0] ^= 1
        let effects = subject.handle(.handshake(.first, .initiate(hello)))
        #expect(effects.counted == [.handshakeFailed])
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func whenBothRenewAtOnceTheSmallerNodeIDsInitStands() throws {
        for (own, other) in [(UInt8(0x42), UInt8(0x02)), (0x02, 0x42)] {
            var subject = try Subject(
                .filled(own), configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
            var remote = try Remote(other)
            try subject.dial(&remote)
            subject.handle(.dataOpened(.first))
            subject.handle(.linkUsed(.first, frames: 1 << 31))
            let effects = subject.handle(.handshake(.first, try remote.initiate()))
            #expect(effects.handshakes().isEmpty == (subject.plane.own < remote.node))
            #expect(effects.closeReason() == nil)
        }
    }

    @Test func twoRealNodesRenewAndStayConnected() throws {
        var network = Network([
            try Subject(.filled(0x01), configuration: ControlConfiguration(targets: [DialTarget(address: "b")])),
            try Subject(.filled(0x02)),
        ])
        let dial = try #require(network.dialsDue(at: 0).first)
        let links = network.open(dial, from: 0, to: 1)
        network.run()
        network.input(.linkUsed(links.near, frames: 1 << 31), to: 0)
        network.run()
        #expect(network.effects[0].proposals.count == 1)
        #expect(network.effects[1].installs.count == 2)
        #expect(network.effects.allSatisfy { $0.counted.contains(.sessionRenewed) })
        #expect(network.subjects.allSatisfy { $0.plane.connectedPeers.count == 1 })
    }
}
