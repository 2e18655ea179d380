import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// The machine's own network changes: addresses go, links have to show that they live.
@Suite struct NetworkChangeTests {
    private func dialed() throws -> (Subject, Remote) {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var remote = try Remote(0x02, features: .sealedLinks)
        let dial = try #require(subject.handle(.tick).dials.first).0
        let opened = subject.handle(
            .linkOpened(
                .first, direction: .dialed(dial), preamble: nil, remoteAddress: "192.0.2.7:9100",
                localAddress: "192.0.2.1:40000"))
        guard case .initiate(let hello)? = opened.handshakes().last else { return (subject, remote) }
        subject.handle(.handshake(.first, try remote.respond(to: hello)))
        subject.stayAlive(remote, on: [.first], for: .seconds(30))
        return (subject, remote)
    }

    @Test func aLinkWhoseAddressIsGoneIsClosedAndDialledAnewAtOnce() throws {
        var (subject, remote) = try dialed()
        let effects = subject.handle(.request(.networkChanged(localAddresses: ["192.0.2.2", "127.0.0.1"])))
        #expect(effects.closeReason() == .addressGone)
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .addressGone)))
        #expect(effects.dials.map(\.address) == ["192.0.2.7:9100"])
    }

    @Test func aLinkWhoseAddressIsStillThereIsAskedForASignOfLife() throws {
        var (subject, remote) = try dialed()
        let effects = subject.handle(.request(.networkChanged(localAddresses: ["192.0.2.1", "192.0.2.2"])))
        #expect(effects.closeReason() == nil)
        #expect(effects.controls().count == 1)
        subject.advance(by: .seconds(1))
        subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
        let later = subject.stayAlive(remote, on: [.first], for: .seconds(10))
        #expect(!later.counted.contains(.linkStalled))
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func aLinkThatDoesNotAnswerIsLeftAndItsTargetDialledAfterTwoSeconds() throws {
        var (subject, remote) = try dialed()
        subject.handle(.request(.networkChanged(localAddresses: [])))
        #expect(subject.advance(by: .seconds(1.9)).dials.isEmpty)
        let effects = subject.advance(by: .seconds(0.2))
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .silent)))
        #expect(effects.dials.count == 1)
        #expect(effects.closeReason() == nil)
    }

    @Test func aNetworkThatNeverRestsDoesNotKeepADeadLinkAlive() throws {
        var (subject, remote) = try dialed()
        for _ in 0..<10 {
            subject.handle(.request(.networkChanged(localAddresses: ["192.0.2.1"])))
            subject.advance(by: .milliseconds(500))
        }
        #expect(!subject.plane.isConnected(remote.node))
    }

    @Test func backOffIsForgotten() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        var dial = try #require(subject.handle(.tick).dials.first).0
        for _ in 0..<8 {
            subject.handle(.dialFailed(dial, reason: "unreachable"))
            while subject.plane.dialTargets.first?.phase != .dialing { subject.advance(by: .seconds(1)) }
            dial = DialID(rawValue: dial.rawValue + 1)
        }
        subject.handle(.dialFailed(dial, reason: "unreachable"))
        #expect(subject.advance(by: .seconds(20)).dials.isEmpty)
        let effects = subject.handle(.request(.networkChanged(localAddresses: ["192.0.2.1"])))
        #expect(effects.dials.count == 1)
        let next = subject.handle(.dialFailed(DialID(rawValue: dial.rawValue + 1), reason: "unreachable"))
        let isQuick = next.events.contains { event in
            if case .dialDelayed(_, _, let delay) = event { delay < .seconds(1.3) } else { false }
        }
        #expect(isQuick)
    }
}
