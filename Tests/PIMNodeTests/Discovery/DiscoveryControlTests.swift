import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Beacons and the rest of the engine.
@Suite struct DiscoveryControlTests {
    private func subject(
        targets: [DialTarget] = [], authorization: AuthorizationPolicy = .allowAll
    ) throws -> Subject {
        try Subject(
            configuration: ControlConfiguration(name: "subject", targets: targets, authorization: authorization))
    }

    /// Hears a beacon of the remote from `192.0.2.<host>`.
    private func hear(
        _ remote: Remote, _ subject: inout Subject, from host: UInt32 = 7
    ) throws -> [ControlEffect] {
        let beacon = try #require(
            Beacon(
                node: remote.node, publicKey: remote.identity.publicKey, roles: [.client, .relay], port: 9100))
        return subject.handle(.beacon(beacon, from: .host(host)))
    }

    /// Lets the dial among the effects come through and `answerer` answer.
    private func answer(
        _ effects: [ControlEffect], by answerer: inout Remote, _ subject: inout Subject
    ) throws -> [ControlEffect] {
        let (dial, address) = try #require(effects.dials.first)
        var effects = subject.handle(
            .linkOpened(.first, direction: .dialed(dial), preamble: nil, remoteAddress: address))
        guard case .initiate(let hello)? = effects.handshakes().last else { return effects }
        effects += subject.handle(.handshake(.first, try answerer.respond(to: hello)))
        return effects
    }

    @Test func aDiscoveredRelayIsToldOfDialledAndConnected() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        let effects = try hear(remote, &subject)
        #expect(effects.dials.map(\.address) == ["192.0.2.7:9100"])
        #expect(
            effects.events.contains(.peerDiscovered(remote.node, address: "192.0.2.7:9100", isAdmitted: true)))
        _ = try answer(effects, by: &remote, &subject)
        subject.handle(.dataOpened(.first))
        #expect(subject.plane.isConnected(remote.node))
        // Heard again: no event, no dial, not a configured peer.
        let again = try hear(remote, &subject)
        #expect(again.dials.isEmpty)
        #expect(again.events.isEmpty)
        #expect(subject.advance(by: .seconds(5)).dials.isEmpty)
        #expect(subject.plane.dialTargets.isEmpty)
    }

    @Test func newRulesCountFromTheNextBeaconOn() throws {
        var subject = try subject()
        let (remote, other) = (try Remote(0x02), try Remote(0x42))
        subject.handle(.request(.setDiscovery(DiscoveryPolicy(connectsRelays: false))))
        #expect(try hear(remote, &subject).dials.isEmpty)
        #expect(subject.advance(by: .seconds(5)).dials.isEmpty)
        subject.handle(.request(.setDiscovery(DiscoveryPolicy())))
        #expect(try hear(remote, &subject).dials.map(\.address) == ["192.0.2.7:9100"])
        // What failed and waits for another try is given up when it is no longer wanted.
        let (dial, _) = try #require(try hear(other, &subject, from: 8).dials.first)
        subject.handle(.dialFailed(dial, reason: "unreachable"))
        subject.handle(.request(.setDiscovery(DiscoveryPolicy(connectsRelays: false))))
        #expect(subject.advance(by: .seconds(20)).dials.isEmpty)
    }

    @Test func whatIsDiscoveredIsListedTruthfully() throws {
        var subject = try subject()
        let remote = try Remote(0x02)
        _ = try hear(remote, &subject)
        subject.advance(by: .seconds(8))
        _ = try hear(remote, &subject)
        subject.advance(by: .seconds(3))
        let row = try #require(subject.plane.discovered(at: subject.now.monotonic).first)
        #expect(row.node == remote.node)
        #expect(row.address == "192.0.2.7:9100")
        #expect(row.firstSeen.duration(to: subject.now.monotonic) == .seconds(11))
        #expect(row.lastSeen.duration(to: subject.now.monotonic) == .seconds(3))
        #expect(!row.isConnected)
        subject.advance(by: .seconds(30))
        #expect(subject.plane.discovered(at: subject.now.monotonic).isEmpty)
    }

    /// A beacon in the name of a node, from where another one lives.
    @Test func anotherNodeThanTheAnnouncedOneIsRefused() throws {
        var subject = try subject()
        let announced = try Remote(0x02)
        var liar = try Remote(0x03)
        let effects = try answer(try hear(announced, &subject), by: &liar, &subject)
        #expect(effects.closeReason() != nil)
        #expect(effects.installs.isEmpty)
        #expect(!subject.plane.isConnected(announced.node))
        #expect(!subject.plane.isConnected(liar.node))
        #expect(subject.plane.counters[.discoveryDialFailed] == 1)
    }

    /// DI-16.
    @Test func ownBeaconsAreIgnored() throws {
        var subject = try subject()
        let effects = try hear(try Remote(0x01), &subject)
        #expect(effects.isEmpty)
        #expect(subject.plane.discovered(at: subject.now.monotonic).isEmpty)
    }

    @Test func whoWouldNotBeAdmittedIsShownAndNotDialled() throws {
        let remote = try Remote(0x02)
        var subject = try subject(authorization: .allowList([.filled(9)]))
        let effects = try hear(remote, &subject)
        #expect(effects.dials.isEmpty)
        #expect(effects.counted.contains(.discoveryNotAuthorized))
        #expect(subject.plane.discovered(at: subject.now.monotonic).count == 1)
        for _ in 0..<5 {
            #expect(subject.advance(by: .seconds(5)).dials.isEmpty)
            #expect(try hear(remote, &subject).dials.isEmpty)
        }
    }

    @Test func aPeerThatDialledUsIsNotDialled() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        #expect(try hear(remote, &subject).dials.isEmpty)
        #expect(subject.advance(by: .seconds(1)).dials.isEmpty)
        // Once it is lost, it is looked for where it announces itself.
        subject.handle(.linkClosed(.first))
        #expect(subject.advance(by: .seconds(2)).dials.map(\.address) == ["192.0.2.7:9100"])
    }

    @Test func aConfiguredTargetThatIsBeingDialledIsLeftAlone() throws {
        let remote = try Remote(0x02)
        var subject = try subject(targets: [DialTarget(address: "192.0.2.7:9100", node: remote.node)])
        let dial = try #require(subject.handle(.tick).dials.first).0
        #expect(try hear(remote, &subject).dials.isEmpty)
        subject.handle(.dialFailed(dial, reason: "refused"))
        // While it waits, the announced address is tried, and the configured one keeps its turn.
        let found = try hear(remote, &subject, from: 8)
        #expect(found.dials.map(\.address).contains("192.0.2.8:9100"))
        #expect(subject.plane.dialTargets.map(\.failures) == [1])
    }

    @Test func aFailedAttemptIsReportedWithItsDelay() throws {
        var subject = try subject()
        let remote = try Remote(0x02)
        let dial = try #require(try hear(remote, &subject).dials.first).0
        let effects = subject.handle(.dialFailed(dial, reason: "connection refused"))
        let delay = effects.events.compactMap { event in
            if case .discoveredUnreachable(remote.node, "192.0.2.7:9100", "connection refused", let delay) = event {
                delay
            } else {
                nil
            }
        }.first
        #expect(try #require(delay) >= .milliseconds(750))
        #expect(effects.events.allSatisfy { if case .dialDelayed = $0 { false } else { true } })
        #expect(subject.advance(by: .seconds(2)).dials.map(\.address) == ["192.0.2.7:9100"])
    }

    @Test func aChangedNetworkEndsTheWait() throws {
        var subject = try subject()
        let remote = try Remote(0x02)
        let dial = try #require(try hear(remote, &subject).dials.first).0
        subject.handle(.dialFailed(dial, reason: "unreachable"))
        #expect(subject.handle(.request(.redialNow)).dials.count == 1)
    }

    @Test func nothingIsDialledAfterTheEnd() throws {
        var subject = try subject()
        subject.handle(.request(.shutDown))
        #expect(try hear(try Remote(0x02), &subject).isEmpty)
        #expect(subject.plane.nextDeadline == nil)
    }

    /// Two relays that hear each other at the same time end with one connection between them.
    @Test func twoRelaysThatHearEachOtherLinkOnce() throws {
        let policy = DiscoveryPolicy(isDialable: true)
        let names: [UInt8] = [0x01, 0x02]
        var network = Network(
            try names.map {
                try Subject(.filled($0), configuration: ControlConfiguration(discovery: policy))
            })
        for index in 0...1 {
            network.input(.beacon(try Beacon.filled(names[1 - index]), from: .host(UInt32(2 - index))), to: index)
        }
        network.run()
        let smaller = network.node(0) < network.node(1) ? 0 : 1
        #expect(network.effects[1 - smaller].dials.isEmpty)
        let dial = try #require(network.effects[smaller].dials.first).0
        network.open(dial, from: smaller, to: 1 - smaller)
        network.run()
        for _ in 0..<10 { network.advance(by: .milliseconds(200)) }
        #expect(network.effects.flatMap(\.dials).count == 1)
        #expect(network.subjects.allSatisfy { $0.plane.connectedPeers.count == 1 })
    }

    /// PM-11, and what any neighbour can do in an open mesh: some thousand beacons of all kinds cause few dials.
    @Test func aFloodOfForgedBeaconsIsNoStorm() throws {
        var subject = try subject()
        var remote = try Remote(0x02)
        _ = try answer(try hear(remote, &subject), by: &remote, &subject)
        subject.handle(.dataOpened(.first))
        var dials = 0
        for number in 0..<3000 {
            var effects = subject.handle(.beacon(.invented(UInt64(number)), from: .host(UInt32(number % 200 + 20))))
            effects += try hear(remote, &subject, from: UInt32(number % 200 + 20))
            for (dial, _) in effects.dials { subject.handle(.dialFailed(dial, reason: "no answer")) }
            dials += effects.dials.count
            if number % 300 == 0 {
                // Its heartbeat keeps the true peer alive.
                subject.handle(.dataOpened(.first))
                dials += subject.advance(by: .seconds(1)).dials.count
            }
        }
        #expect(dials <= 16 + 4 * 10 + 16)
        #expect(subject.plane.isConnected(remote.node))
        #expect(subject.plane.counters[.discoveryAddressLimit, default: 0] > 100)
    }
}
