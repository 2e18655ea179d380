import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// How keys spread: `design/decisions.md` 9, `spec/daemon.md` §10.
@Suite struct IntroductionTests {
    private func connected(_ policy: AnnouncementPolicy = AnnouncementPolicy()) throws -> (Subject, Remote) {
        var subject = try Subject(configuration: ControlConfiguration(name: "subject", announcements: policy))
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        return (subject, remote)
    }

    private func infos(_ effects: [ControlEffect]) -> [(source: NodeID, name: String, via: PeerInfoCarrier, Bool)] {
        effects.compactMap { effect in
            guard case .peerInfo(let source, _, let name, let via, _, let announce) = effect else { return nil }
            return (source, name, via, announce)
        }
    }

    /// A subject with one neighbour that leads to a far node, which does not seal.
    private func connected(
        to far: NodeID, _ policy: AnnouncementPolicy = AnnouncementPolicy()
    ) throws -> (Subject, Remote) {
        var (subject, remote) = try connected(policy)
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 1)])))
        return (subject, remote)
    }

    private func routed(_ byte: UInt8, name: String = "far") throws -> ControlFrame {
        .peerInfo(PeerInfo(x25519: try Identity.filled(byte).x25519PublicKey, name: name))
    }

    @Test func everyNodeThatBecomesReachableIsToldOurKey() throws {
        var (subject, remote) = try connected()
        let far = NodeID.filled(0xf)
        let effects = subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 1)])))
        let frame = try #require(effects.meshFrames().first { $0.destination == far })
        try expectIntroduction(frame.payload, of: subject, to: far)
        #expect(frame.ttl == 8)
        #expect(subject.advance(by: .seconds(12)).meshFrames().isEmpty)
    }

    @Test func atMostTwentyASecondAreTold() throws {
        var (subject, remote) = try connected()
        subject.advance(by: .seconds(2))
        let many = (0..<UInt64(100)).map { RouteEntry(NodeID(high: 5, low: $0), 1) }
        var effects = subject.handle(.directFrame(.first, .routeUpdate, try remote.update(many)))
        #expect(effects.meshFrames().count == 20)
        effects += subject.advance(by: .seconds(2))
        #expect((58...61).contains(effects.meshFrames().count))
        effects += subject.advance(by: .seconds(3))
        #expect(Set(effects.meshFrames().map(\.destination)).count == 100)
    }

    @Test func whoBecomesUnreachableMeanwhileIsNotTold() throws {
        var (subject, remote) = try connected()
        let many = (0..<UInt64(100)).map { RouteEntry(NodeID(high: 5, low: $0), 1) }
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update(many)))
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([])))
        #expect(subject.advance(by: .seconds(5)).meshFrames().isEmpty)
    }

    @Test func theBroadcastTimerTellsEverybodyAndIsNeverFasterThanThirtySeconds() throws {
        #expect(AnnouncementPolicy(interval: .seconds(5)).interval == .seconds(30))
        var (subject, remote) = try connected(AnnouncementPolicy(interval: .seconds(1)))
        var told = 0
        for _ in 0..<7 {
            told += subject.advance(by: .seconds(10)).meshFrames().count
            subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        }
        #expect(told == 2)
    }

    @Test func withoutATimerNobodyIsToldTwice() throws {
        var (subject, _) = try connected()
        #expect(subject.plane.broadcastDue == nil)
        subject.handle(.request(.setAnnouncements(AnnouncementPolicy(interval: .seconds(40)))))
        #expect(subject.plane.broadcastDue == subject.now.monotonic.advanced(by: .seconds(40)))
    }

    /// BC-4.
    @Test func aBroadcastOnRequestHappensAtOnce() throws {
        var (subject, remote) = try connected()
        #expect(subject.handle(.request(.broadcastIdentity)).meshFrames().map(\.destination) == [remote.node])
    }

    @Test func aDirectPeerInfoBelongsToTheProvenNode() throws {
        var (subject, remote) = try connected()
        let effects = subject.handle(.directFrame(.first, .control, try remote.peerInfo("bob")))
        let info = try #require(infos(effects).first)
        #expect(info.source == remote.node)
        #expect(info.name == "bob")
        #expect(info.via == .direct)
        #expect(info.3)
    }

    /// BC-8.
    @Test func aRoutedPeerInfoIsOnlyAClaimAndComesOnceAMinute() throws {
        let far = NodeID.filled(0xf)
        var (subject, _) = try connected(to: far)
        var effects = subject.handle(.routedControl(source: far, try routed(0x33), via: .first))
        #expect(infos(effects).map(\.via) == [.routed])
        effects = subject.handle(.routedControl(source: far, try routed(0x33), via: .first))
        #expect(effects.counted == [.peerInfoTooSoon])
        subject.now.monotonic = subject.now.monotonic.advanced(by: .seconds(61))
        #expect(infos(subject.handle(.routedControl(source: far, try routed(0x33), via: .first))).count == 1)
    }

    @Test func aForgedPeerInfoDoesNotMuteTheRealOne() throws {
        let far = NodeID.filled(0xf)
        var (subject, _) = try connected(to: far)
        subject.handle(.routedControl(source: far, try routed(0x66, name: "forger"), via: .first))
        let effects = subject.handle(.routedControl(source: far, try routed(0x33), via: .first))
        #expect(infos(effects).map(\.name) == ["far"])
    }

    @Test func theAnnouncementOfRoutedOnesCanBeSilenced() throws {
        var (subject, _) = try connected(to: .filled(0xf), AnnouncementPolicy(announcesRouted: false))
        let effects = subject.handle(.routedControl(source: .filled(0xf), try routed(0x33), via: .first))
        #expect(infos(effects).map(\.3) == [false])
    }

    @Test func otherRoutedControlFramesMeanNothing() throws {
        var (subject, remote) = try connected()
        let frames: [ControlFrame] = [.ping(1), .pong(1), .rekey, .goodbye(remote.node, reason: 0)]
        for frame in frames {
            let effects = subject.handle(.routedControl(source: remote.node, frame, via: .first))
            #expect(effects.counted == [.routedControlIgnored])
            #expect(effects.count == 1)
        }
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func nobodyIntroducesUsToOurselves() throws {
        var (subject, _) = try connected()
        let effects = subject.handle(.routedControl(source: subject.plane.own, try routed(0x33), via: .first))
        #expect(infos(effects).isEmpty)
    }

    @Test func theFilterHoldsABoundedNumberOfClaims() throws {
        var filter = IntroductionFilter()
        let key = try Identity.filled(0x33).x25519PublicKey
        for number in 0..<UInt64(IntroductionFilter.capacity + 10) {
            let source = NodeID(high: 3, low: number)
            #expect(filter.admits(key, of: source, interval: .seconds(60), at: .zero) == true)
        }
        #expect(filter.admits(key, of: NodeID(high: 3, low: 0), interval: .seconds(60), at: .zero) == true)
        let last = NodeID(high: 3, low: UInt64(IntroductionFilter.capacity + 9))
        #expect(filter.admits(key, of: last, interval: .seconds(60), at: .zero) == false)
    }
}
