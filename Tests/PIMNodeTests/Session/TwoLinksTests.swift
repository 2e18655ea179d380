import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// Two links to one node of ours: one carries, the other stands by (`design/extensions.md` §7).
@Suite struct TwoLinksTests {
    private let far = NodeID.filled(0xf)

    private func connected() throws -> (Subject, Remote) {
        var subject = try Subject()
        var remote = try Remote(0x02, features: .sealedLinks)
        try subject.connect(&remote, on: .first, from: "10.1.0.2", to: "10.1.0.1")
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 1)])))
        return (subject, remote)
    }

    private func both() throws -> (Subject, Remote) {
        var (subject, remote) = try connected()
        try subject.connect(&remote, on: .second, from: "10.2.0.2", to: "10.2.0.1")
        return (subject, remote)
    }

    private func ends(in effects: [ControlEffect]) -> [NodeEvent] {
        effects.events.filter { event in
            switch event {
            case .peerDisconnected, .routeRemoved, .peerConnected, .routeAdded: true
            default: false
            }
        }
    }

    @Test func theSecondStandsByAndTheFirstCarries() throws {
        var (subject, remote) = try connected()
        let effects = try subject.connect(&remote, on: .second, from: "10.2.0.2", to: "10.2.0.1")
        #expect(effects.closeReason(of: .first) == nil)
        #expect(effects.closeReason(of: .second) == nil)
        let status = try #require(subject.plane.connectedPeers.first)
        #expect(status.link == .first)
        #expect(status.standby == .second)
        #expect(status.standbyAddress == "10.2.0.2:40000")
        #expect(subject.plane.connectedPeers.count == 1)
        let waiting = subject.stayAlive(remote, on: [.first, .second], for: .seconds(120))
        #expect(subject.plane.connectedPeers.map(\.link) == [.first])
        #expect(!waiting.counted.contains(.linkMoved))
        #expect(waiting.updates(on: .second).isEmpty)
        #expect(!waiting.frames(.heartbeat, on: .second).isEmpty)
    }

    @Test func theStandbyTakesOverWithoutLosingARoute() throws {
        var (subject, remote) = try both()
        let effects = subject.handle(.linkClosed(.first))
        #expect(ends(in: effects).isEmpty)
        #expect(effects.events.contains(.peerMoved(remote.node, .second)))
        #expect(effects.tables.last?.routes[far]?.link == .second)
        #expect(effects.updates(on: .second).count == 1)
        #expect(subject.distances == [remote.node: 1, far: 2])
    }

    @Test func aSilentLinkGivesWayToOneThatIsHeard() throws {
        var (subject, remote) = try both()
        let early = subject.stayAlive(remote, on: [.second], for: .seconds(2))
        #expect(early.tables.isEmpty)
        let effects = early + subject.stayAlive(remote, on: [.second], for: .seconds(1.5))
        #expect(ends(in: effects).isEmpty)
        #expect(subject.plane.connectedPeers.map(\.link) == [.second])
        #expect(subject.plane.forwardingTable.routes[far]?.link == .second)
        // It comes back and finds its place taken.
        let later = subject.stayAlive(remote, on: [.first, .second], for: .seconds(60))
        #expect(!later.counted.contains(.linkMoved))
        #expect(subject.plane.connectedPeers.first?.standby == .first)
    }

    @Test func twoSilentLinksAreOneDisconnection() throws {
        var (subject, remote) = try both()
        let effects = subject.advance(by: .seconds(16))
        #expect(effects.events.filter { $0 == .peerDisconnected(remote.node, reason: .silent) }.count == 1)
        #expect(effects.closeReason(of: .first) == .silent)
        #expect(effects.closeReason(of: .second) == .silent)
        #expect(subject.plane.linkCount == 0)
    }

    @Test func ofTwoStalledLinksTheOneThatIsHeardAgainCarries() throws {
        var (subject, remote) = try both()
        subject.advance(by: .seconds(6))
        #expect(!subject.plane.isConnected(remote.node))
        let effects = subject.handle(.directFrame(.second, .heartbeat, remote.heartbeat()))
        #expect(effects.events.contains(.peerConnected(remote.node, .second)))
        #expect(subject.plane.connectedPeers.map(\.link) == [.second])
    }

    @Test func betweenTheSameHostsOneIsEnough() throws {
        var (subject, remote) = try connected()
        let effects = try subject.connect(&remote, on: .second, from: "10.1.0.2", to: "10.1.0.1")
        #expect(effects.closeReason(of: .first) == .duplicate)
        #expect(ends(in: effects).isEmpty)
        #expect(subject.plane.connectedPeers.map(\.link) == [.second])
        #expect(subject.plane.linkCount == 1)
    }

    @Test func aThirdLinkIsOneTooMany() throws {
        var (subject, remote) = try both()
        let effects = try subject.connect(&remote, on: .third, from: "10.3.0.2", to: "10.3.0.1")
        #expect(effects.closeReason(of: .third) == .duplicate)
        #expect(subject.plane.linkCount == 2)
        // Unless one of the two is silent.
        subject.stayAlive(remote, on: [.first], for: .seconds(3))
        let later = try subject.connect(&remote, on: .third, from: "10.3.0.2", to: "10.3.0.1")
        #expect(later.closeReason(of: .second) == .duplicate)
        #expect(subject.plane.connectedPeers.first?.standby == .third)
    }

    @Test func anUnconfirmedLinkIsNoStandby() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "10.2.0.2:9100")]))
        var remote = try Remote(0x02, features: .sealedLinks)
        let opened = subject.dialThrough(on: .second)
        try subject.connect(&remote, on: .first, from: "10.1.0.2", to: "10.1.0.1")
        guard case .initiate(let hello)? = opened.handshakes(on: .second).last else {
            Issue.record("no Init")
            return
        }
        subject.handle(.handshake(.second, try remote.respond(to: hello)))
        #expect(subject.plane.connectedPeers.first?.standby == nil)
        let effects = subject.handle(.linkClosed(.first))
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .connectionLost)))
        #expect(subject.plane.forwardingTable.neighbours.isEmpty)
    }

    @Test func aRestartedPeerIsBelievedOnItsNewLinkWhateverItsClockSays() throws {
        var (subject, remote) = try connected()
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 1)], sequence: 900)))
        try subject.connect(&remote, on: .second, from: "10.2.0.2", to: "10.2.0.1")
        subject.handle(.directFrame(.second, .routeUpdate, try remote.update([], sequence: 5)))
        #expect(subject.distances == [remote.node: 1])
        // After that their order counts, on whichever link they come.
        let update = try remote.update([RouteEntry(far, 1)], sequence: 4)
        let late = subject.handle(.directFrame(.first, .routeUpdate, update))
        #expect(late.counted == [.routeUpdateStale])
        #expect(subject.distances == [remote.node: 1])
    }

    /// Answers the pings of each link after its own delay.
    private func run(
        _ subject: inout Subject, _ remote: Remote, delays: [LinkID: Duration], for duration: Duration
    ) throws -> [ControlEffect] {
        var effects: [ControlEffect] = []
        var owed: [(due: MonotonicTime, link: LinkID, nonce: UInt64)] = []
        let end = subject.now.monotonic.advanced(by: duration)
        while subject.now.monotonic < end {
            var made = subject.advance(by: .milliseconds(1))
            for reply in owed where reply.due <= subject.now.monotonic {
                made += subject.handle(.directFrame(reply.link, .control, try remote.control(.pong(reply.nonce))))
            }
            owed.removeAll { $0.due <= subject.now.monotonic }
            for (link, delay) in delays {
                for case .ping(let nonce) in made.controls(on: link) {
                    owed.append((subject.now.monotonic.advanced(by: delay), link, nonce))
                }
            }
            effects += made
        }
        return effects
    }

    @Test func aMuchFasterLinkTakesOverAfterAWhile() throws {
        var (subject, remote) = try both()
        let delays: [LinkID: Duration] = [.first: .milliseconds(60), .second: .milliseconds(5)]
        #expect(try run(&subject, remote, delays: delays, for: .seconds(9)).counted.contains(.linkMoved) == false)
        let effects = try run(&subject, remote, delays: delays, for: .seconds(20))
        #expect(effects.counted.filter { $0 == .linkMoved }.count == 1)
        #expect(subject.plane.connectedPeers.map(\.link) == [.second])
        #expect(ends(in: effects).isEmpty)
    }

    @Test func aLittleFasterIsNoReasonToMove() throws {
        var (subject, remote) = try both()
        let delays: [LinkID: Duration] = [.first: .milliseconds(12), .second: .milliseconds(10)]
        #expect(try run(&subject, remote, delays: delays, for: .seconds(40)).counted.contains(.linkMoved) == false)
    }
}
