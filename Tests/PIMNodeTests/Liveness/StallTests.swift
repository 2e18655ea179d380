import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// Links whose two ends are ours are left when they fall silent, long before their session is given up.
@Suite struct StallTests {
    private func connected() throws -> (Subject, Remote) {
        var subject = try Subject()
        var remote = try Remote(0x02, features: .sealedLinks)
        try subject.connect(&remote)
        return (subject, remote)
    }

    private func dialed() throws -> (Subject, Remote) {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02, features: .sealedLinks)
        try subject.dial(&remote)
        subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        return (subject, remote)
    }

    @Test func aSealedLinkBeatsEverySecond() throws {
        var (subject, remote) = try connected()
        let beats = subject.stayAlive(remote, on: [.first], for: .seconds(60)).frames(.heartbeat).count
        #expect((60...76).contains(beats))
    }

    @Test func silenceTakesTheRoutesAwayAndKeepsTheSession() throws {
        var (subject, remote) = try connected()
        #expect(subject.advance(by: .seconds(4.4)).tables.isEmpty)
        let effects = subject.advance(by: .seconds(0.2))
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .silent)))
        #expect(effects.events.contains(.routeRemoved(remote.node)))
        #expect(effects.counted.contains(.linkStalled))
        #expect(effects.closeReason() == nil)
        #expect(subject.plane.forwardingTable.neighbours.isEmpty)
        #expect(subject.advance(by: .seconds(10)).closeReason() == nil)
        #expect(subject.advance(by: .seconds(0.5)).closeReason() == .silent)
        #expect(subject.plane.linkCount == 0)
    }

    enum Life: CaseIterable { case heartbeat, data }

    @Test(arguments: Life.allCases)
    func aStalledLinkThatIsHeardAgainCarriesWithoutAHandshake(life: Life) throws {
        var (subject, remote) = try connected()
        subject.advance(by: .seconds(9))
        #expect(!subject.plane.isConnected(remote.node))
        let effects = subject.handle(
            life == .data ? .dataOpened(.first) : .directFrame(.first, .heartbeat, remote.heartbeat()))
        #expect(effects.events.contains(.peerConnected(remote.node, .first)))
        #expect(effects.tables.last?.neighbours == [remote.node: .first])
        #expect(effects.updates().count == 1)
        #expect(effects.handshakes().isEmpty)
        subject.stayAlive(remote, on: [.first], for: .seconds(20))
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func theTargetOfAStalledLinkIsDialledAgainAfterTenSeconds() throws {
        var (subject, _) = try dialed()
        #expect(subject.advance(by: .seconds(9.9)).dials.isEmpty)
        #expect(subject.advance(by: .seconds(0.2)).dials.map(\.address) == ["192.0.2.7:9100"])
    }

    @Test func anotherAddressOfTheSilentPeerIsDialledAtOnce() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02, features: .sealedLinks)
        try subject.dial(&remote)
        subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        let other = DialTarget(address: "192.0.2.7:9200", node: remote.node)
        let targets = subject.plane.dialTargets.map(\.target) + [other]
        // Same host, so one link is enough.
        #expect(subject.handle(.request(.setTargets(targets))).dials.isEmpty)
        #expect(subject.advance(by: .seconds(4.4)).dials.isEmpty)
        #expect(subject.advance(by: .seconds(0.2)).dials.map(\.address) == ["192.0.2.7:9200"])
    }

    @Test func whoSleptJudgesNobodysSilence() throws {
        var (subject, remote) = try dialed()
        subject.now.monotonic = subject.now.monotonic.advanced(by: .seconds(3600))
        let woken = subject.handle(.tick)
        #expect(woken.closeReason() == nil)
        #expect(woken.counted.contains(.linksProbed))
        let pings = woken.controls().compactMap { if case .ping(let nonce) = $0 { nonce } else { nil } }
        // One to hear whether it is there; the measuring of every 10 s is due as well.
        #expect(pings.count == 2)
        #expect(woken.frames(.heartbeat).count == 1)
        subject.advance(by: .seconds(1))
        subject.handle(.directFrame(.first, .control, try remote.control(.pong(try #require(pings.first)))))
        #expect(subject.stayAlive(remote, on: [.first], for: .seconds(20)).counted.contains(.linkStalled) == false)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func aPeerThatIsGoneAfterTheSleepIsDialledTwoSecondsLater() throws {
        var (subject, remote) = try dialed()
        subject.now.monotonic = subject.now.monotonic.advanced(by: .seconds(3600))
        subject.handle(.tick)
        #expect(subject.advance(by: .seconds(1.9)).dials.isEmpty)
        let effects = subject.advance(by: .seconds(0.2))
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .silent)))
        #expect(effects.dials.count == 1)
    }

    @Test func aGuardedLinkAsksForNoTickThatDoesNothing() throws {
        let remoteNode = try Remote(0x02).node
        var subject = try Subject(
            configuration: ControlConfiguration(
                targets: [DialTarget(address: "192.0.2.7:9100")],
                known: [remoteNode: KnownPeer(pin: .sealedLinks, isVerified: true)]))
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        for _ in 0..<7 {
            subject.advance(by: .seconds(1))
            guard let next = subject.plane.nextDeadline else { continue }
            #expect(next > subject.now.monotonic)
        }
    }
}
