import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Which links are sealed, and who may have others: `design/extensions.md` §2, §7.
@Suite struct LinkSecurityTests {
    private static let ours: FeatureSet = [.sealedLinks, .sessions]

    private func isSealed(_ effects: [ControlEffect]) -> Bool? {
        effects.compactMap { if case .installSession(_, _, _, _, let isSealed) = $0 { isSealed } else { nil } }.last
    }

    private func dialing(_ change: (inout ControlConfiguration) -> Void = { _ in }) throws -> Subject {
        var configuration = ControlConfiguration(name: "subject", targets: [DialTarget(address: "192.0.2.7:9100")])
        change(&configuration)
        return try Subject(configuration: configuration)
    }

    @Test func aLinkIsSealedWhenBothEndsSaySo() throws {
        for features in [Self.ours, [], [.sessions]] {
            var accepting = try Subject()
            var remote = try Remote(0x02, features: features)
            #expect(isSealed(try accepting.connect(&remote)) == features.contains(.sealedLinks))
            var dialing = try dialing()
            var other = try Remote(0x02, features: features)
            #expect(isSealed(try dialing.dial(&other)) == features.contains(.sealedLinks))
        }
    }

    @Test func aRightConfirmPinsAtOnceAndTheInitiatorWaitsForAFrame() throws {
        var accepting = try Subject()
        var remote = try Remote(0x02, features: Self.ours)
        #expect(try accepting.connect(&remote).pins == [Self.ours])
        var dialing = try dialing()
        var other = try Remote(0x02, features: Self.ours)
        #expect(try dialing.dial(&other).pins.isEmpty)
        #expect(dialing.handle(.dataOpened(.first)).pins == [Self.ours])
    }

    @Test func theFirstFrameOfEachEndIsItsSignedPeerInfo() throws {
        var subject = try Subject()
        var remote = try Remote(0x02, features: Self.ours)
        let effects = try subject.connect(&remote)
        let sent = effects.compactMap { effect -> FrameType? in
            switch effect {
            case .send(_, let type, _): type == .handshake ? nil : type
            case .sendMesh: .data
            default: nil
            }
        }
        #expect(sent.first == .control)
        try expectIntroduction(try #require(effects.frames(.control).first), of: subject, to: remote.node)
    }

    @Test func anInitiatorThatOpensNothingClosesASealedLinkAfterTenSeconds() throws {
        var subject = try dialing()
        var remote = try Remote(0x02, features: Self.ours)
        try subject.dial(&remote)
        #expect(subject.advance(by: .seconds(9.9)).closeReason() == nil)
        #expect(subject.advance(by: .seconds(0.2)).closeReason() == .unconfirmed)
    }

    @Test func referencePeersAreRefusedBeforeOurConfirmAndAfterTheirs() throws {
        var dialing = try dialing { $0.referencePeers = .refuse }
        var remote = try Remote(0x02)
        let dialed = try dialing.dial(&remote)
        #expect(dialed.closeReason() == .referencePeer)
        #expect(!dialed.handshakes().contains { if case .confirm = $0 { true } else { false } })
        var configuration = ControlConfiguration(name: "subject")
        configuration.referencePeers = .refuse
        var accepting = try Subject(configuration: configuration)
        let accepted = try accepting.connect(&remote)
        #expect(accepted.closeReason() == .referencePeer)
        #expect(accepted.installs.isEmpty)
        #expect(accepted.controls().isEmpty)
    }

    @Test func aNodeThatUsedToSealMayBeARecordingWhenItAnswersWithout() throws {
        let remote = try Remote(0x02)
        var subject = try dialing { $0.known = [remote.node: KnownPeer(pin: Self.ours)] }
        var recorded = remote
        let effects = try subject.dial(&recorded)
        #expect(effects.controls().isEmpty)
        #expect(effects.meshFrames().isEmpty)
        let planted = subject.handle(.directFrame(.first, .control, try remote.peerInfo("liar")))
        #expect(planted.counted == [.guardedFrame])
        #expect(planted.introductions.isEmpty)
        #expect(subject.advance(by: .seconds(11)).closeReason() == .usedToSeal)
        #expect(subject.plane.refusesReferenceForms(of: remote.node))
    }

    @Test func aDataFrameThatOpensShowsThatItIsNone() throws {
        let remote = try Remote(0x02)
        var subject = try dialing { $0.known = [remote.node: KnownPeer(pin: Self.ours)] }
        var present = remote
        try subject.dial(&present)
        let effects = subject.handle(.dataOpened(.first))
        #expect(effects.pins == [[]])
        #expect(effects.peerInfos().count == 1)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func asResponderWeBelieveTheConfirm() throws {
        let remote = try Remote(0x02)
        var subject = try Subject(
            configuration: ControlConfiguration(name: "subject", known: [remote.node: KnownPeer(pin: Self.ours)]))
        var present = remote
        #expect(try subject.connect(&present).pins == [[]])
        #expect(subject.plane.isConnected(remote.node))
        #expect(!subject.plane.refusesReferenceForms(of: remote.node))
    }

    @Test func aRenewalWithAnotherAnswerToSealingEndsTheLink() throws {
        for features in [Self.ours, []] {
            var subject = try Subject()
            var remote = try Remote(0x02, features: features)
            try subject.connect(&remote)
            remote.features = features.isEmpty ? Self.ours : []
            #expect(try subject.handshake(from: &remote).closeReason() == .securityChanged)
        }
    }

    @Test func changedFeaturesRenewTheLinks() throws {
        var subject = try Subject()
        var remote = try Remote(0x02, features: Self.ours)
        try subject.connect(&remote)
        let effects = subject.handle(.request(.setFeatures([.sealedLinks, .sessions, .sealedPackets])))
        guard case .initiate(let hello)? = effects.handshakes().last else {
            Issue.record("no renewal")
            return
        }
        #expect(hello.features == [.sealedLinks, .sessions, .sealedPackets])
        #expect(subject.handle(.request(.setFeatures([.sealedLinks, .sessions, .sealedPackets]))).isEmpty)
    }

    @Test func junkOnASealedLinkIsNotHeldAgainstThePeer() throws {
        var subject = try Subject()
        var remote = try Remote(0x02, features: Self.ours)
        try subject.connect(&remote)
        for _ in 0..<10_000 { #expect(subject.handle(.badFrame(.first)).closeReason() == nil) }
        #expect(subject.plane.isConnected(remote.node))
    }
}
