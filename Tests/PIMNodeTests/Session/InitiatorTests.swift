import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// The initiator's half, and its wait for proof that it was accepted: `spec/crypto.md` §5.5, §12.8.
@Suite struct InitiatorTests {
    private func subject(meshKey: MeshKey? = nil) throws -> Subject {
        try Subject(
            configuration: ControlConfiguration(
                name: "subject", targets: [DialTarget(address: "192.0.2.7:9100")]), meshKey: meshKey)
    }

    @Test func aNewConnectionStartsWithInit() throws {
        var subject = try subject()
        let messages = subject.dialThrough().handshakes()
        guard case .initiate(let hello)? = messages.first else {
            Issue.record("\(messages)")
            return
        }
        #expect(messages.count == 1)
        #expect(hello.publicKey == subject.plane.identity.publicKey)
    }

    @Test func theSessionIsInstalledBeforeTheConfirmationLeaves() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        let effects = try subject.dial(&remote)
        let install = try #require(effects.position { if case .installSession = $0 { true } else { false } })
        let confirm = try #require(
            effects.lastIndex { if case .send(_, .handshake, _) = $0 { true } else { false } })
        #expect(install < confirm)
        guard case .confirm(let mac)? = effects.handshakes().last else {
            Issue.record("no confirmation")
            return
        }
        var responder = try #require(remote.responder)
        #expect(try responder.confirm(mac).peer == subject.plane.own)
        #expect(effects.controls().count == 1)
    }

    @Test func anUnconfirmedSessionCarriesNothing() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        let effects = try subject.dial(&remote)
        #expect(effects.tables.isEmpty)
        #expect(effects.updates().isEmpty)
        #expect(!subject.plane.isConnected(remote.node))
        #expect(subject.plane.routes.isEmpty)
        #expect(subject.plane.dialTargets.map(\.phase) == [.handshaking])
    }

    enum Proof: CaseIterable { case data, peerInfo, routeUpdate, pluginPayload }

    @Test(arguments: Proof.allCases)
    func aFrameThatOnlyAnAcceptingPeerSendsConfirms(proof: Proof) throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        let effects =
            switch proof {
            case .data: subject.handle(.dataOpened(.first))
            case .peerInfo: subject.handle(.directFrame(.first, .control, try remote.peerInfo()))
            case .routeUpdate: subject.handle(.directFrame(.first, .routeUpdate, try remote.update()))
            case .pluginPayload:
                subject.handle(
                    .directFrame(
                        .first, .control, try remote.control(.pluginPayload(PluginPayload(kind: "x", body: [1])))))
            }
        #expect(effects.events.contains(.peerConnected(remote.node, .first)))
        #expect(effects.tables.last?.neighbours == [remote.node: .first])
        #expect(effects.updates().count >= 1)
    }

    /// A reference responder that refused the session goes on with its heartbeats and answers pings.
    /// A Response is bound to nobody, so whoever has one can play it back to a dialler; he cannot open or seal anything.
    @Test func aReplayedResponseEarnsNothingInThePeersName() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        let told = subject.handle(.directFrame(.first, .control, try remote.peerInfo()))
        #expect(told.introductions == [.routed])
        for _ in 0..<200 { subject.handle(.badFrame(.first)) }
        let lie = try remote.control(.goodbye(.filled(9), reason: 0))
        #expect(subject.handle(.directFrame(.first, .control, lie)).closeReason() == .misbehaviour)
        // The peer itself comes and is as welcome as ever.
        try subject.connect(&remote, on: .second)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func aReplayedResponseDoesNotTakeThePlaceOfAWorkingLink() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02)
        let opened = subject.dialThrough()
        guard case .initiate(let hello)? = opened.handshakes().last else {
            Issue.record("no Init")
            return
        }
        try subject.connect(&remote, on: .second)
        subject.advance(by: .seconds(5))
        subject.handle(.dataOpened(.second))
        subject.handle(.handshake(.first, try remote.respond(to: hello)))
        subject.handle(.directFrame(.first, .control, try remote.peerInfo()))
        #expect(subject.plane.peers[remote.node] == .second)
        subject.advance(by: .seconds(6))
        // A frame that opens is proof enough.
        #expect(subject.handle(.dataOpened(.first)).closeReason(of: .second) == .duplicate)
    }

    @Test func anAnnouncementCountsAsThePeersOwnOnceAFrameOpened() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        subject.handle(.directFrame(.first, .control, try remote.peerInfo()))
        #expect(subject.handle(.dataOpened(.first)).introductions == [.direct])
        #expect(subject.handle(.dataOpened(.first)).introductions.isEmpty)
        #expect(subject.handle(.directFrame(.first, .control, try remote.peerInfo())).introductions == [.direct])
    }

    @Test func heartbeatsAndPongsConfirmNothing() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        subject.handle(.directFrame(.first, .control, try remote.control(.pong(1))))
        subject.handle(.directFrame(.first, .control, try remote.control(.ping(1))))
        #expect(!subject.plane.isConnected(remote.node))
    }

    @Test func aSessionThatIsNeverConfirmedEnds() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        var effects: [ControlEffect] = []
        for _ in 0..<3 {
            effects += subject.advance(by: .seconds(4.9))
            effects += subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        }
        #expect(effects.closeReason() == .unconfirmed)
        #expect(effects.events.contains { if case .dialDelayed = $0 { true } else { false } })
    }

    @Test func framesThatDoNotOpenPointAtTheMeshSecret() throws {
        var subject = try subject(meshKey: try .filled(0xab))
        var remote = try Remote(0x02, meshKey: try .filled(0xcd))
        try subject.dial(&remote)
        subject.handle(.badFrame(.first))
        let effects = subject.advance(by: .seconds(13))
        #expect(effects.closeReason() == .undecryptable)
        #expect(LinkCloseReason.undecryptable.description.contains("mesh secrets"))
    }

    @Test func aPeerThatHangsUpOnTheConfirmationPointsAtTheMeshSecret() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        subject.handle(.linkClosed(.first))
        let failure = try #require(subject.plane.dialTargets.first?.lastFailure)
        #expect(failure.contains("mesh secrets may differ"))
    }

    @Test func aWrongSignatureIsRefused() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        guard case .initiate(let hello)? = subject.dialThrough().handshakes().last,
            case .respond(var response) = try remote.respond(to: hello)
        else { return }
        response.signature[5] ^= 1
        let effects = subject.handle(.handshake(.first, .respond(response)))
        #expect(effects.closeReason() == .handshakeRefused)
        #expect(effects.installs.isEmpty)
    }

    @Test func anInitInsteadOfAResponseEndsTheAttempt() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        _ = subject.dialThrough()
        #expect(subject.handle(.handshake(.first, try remote.initiate())).closeReason() == .handshakeRefused)
    }

    @Test func aSecondResponseIsIgnored() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        guard case .initiate(let hello)? = subject.dialThrough().handshakes().last else { return }
        let response = try remote.respond(to: hello)
        subject.handle(.handshake(.first, response))
        #expect(subject.handle(.handshake(.first, response)).counted == [.handshakeUnexpected])
    }

    @Test func aResponderThatSaysNothingIsGivenUpAfterTenSeconds() throws {
        var subject = try subject()
        _ = subject.dialThrough()
        #expect(subject.advance(by: .seconds(9.9)).closeReason() == nil)
        #expect(subject.advance(by: .seconds(0.2)).closeReason() == .handshakeTimeout)
    }

    @Test func ourOwnReflectionIsNoPeer() throws {
        var subject = try subject()
        guard case .initiate(let hello)? = subject.dialThrough().handshakes().last else { return }
        let effects = subject.handle(.handshake(.first, .respond(hello)))
        #expect(effects.closeReason() == .selfConnection)
        #expect(effects.counted.contains(.selfConnection))
    }

    @Test func aConnectionToItselfIsRecognisedAtBothEnds() throws {
        var network = Network([try subject()])
        let dial = try #require(network.dialsDue(at: 0).first)
        let links = network.open(dial, from: 0, to: 0)
        network.run()
        #expect(network.effects[0].closeReason(of: links.near) == .selfConnection)
        #expect(network.effects[0].closeReason(of: links.far) == .selfConnection)
        #expect(network.subjects[0].plane.linkCount == 0)
        let status = try #require(network.subjects[0].plane.dialTargets.first)
        #expect(status.lastFailure == LinkCloseReason.selfConnection.description)
    }
}
