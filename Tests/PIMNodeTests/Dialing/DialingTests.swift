import Attacks
import PIMCore
import PIMWire
import Testing

@testable import PIMNode

@Suite struct DialingTests {
    private let target = DialTarget(address: "192.0.2.7:9100")

    private func subject(_ targets: [DialTarget]) throws -> Subject {
        try Subject(configuration: ControlConfiguration(name: "subject", targets: targets))
    }

    @Test func dialsEveryTargetAtOnceAndEachOnce() throws {
        var subject = try subject([target, DialTarget(address: "192.0.2.8:9100")])
        let effects = subject.handle(.tick)
        #expect(effects.dials.map(\.address) == ["192.0.2.7:9100", "192.0.2.8:9100"])
        #expect(Set(effects.dials.map(\.0)).count == 2)
        #expect(subject.handle(.tick).dials.isEmpty)
    }

    /// RS-5, RS-11: forty failures take half an hour.
    @Test func retriesForEverWithGrowingSpreadDelays() throws {
        var subject = try subject([target])
        var dial = try #require(subject.handle(.tick).dials.first).0
        var delays: [Duration] = []
        for _ in 0..<40 {
            let effects = subject.handle(.dialFailed(dial, reason: "connection refused"))
            let delay = try #require(
                effects.events.compactMap { event in
                    if case .dialDelayed("192.0.2.7:9100", "connection refused", let delay) = event {
                        delay
                    } else {
                        nil
                    }
                }.first)
            delays.append(delay)
            #expect(subject.advance(by: delay - .milliseconds(1)).dials.isEmpty)
            dial = try #require(subject.advance(by: .milliseconds(2)).dials.first).0
        }
        for (failures, delay) in delays.enumerated() {
            let base = Backoff(first: .seconds(1), ceiling: .seconds(60)).delay(afterFailures: failures + 1)
            #expect(delay >= base * 0.75)
            #expect(delay <= base * 1.25)
        }
        #expect(Set(delays.suffix(10)).count > 1)
    }

    @Test func doesNotDialWhileThePeerIsConnected() throws {
        var subject = try subject([target])
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        subject.handle(.dataOpened(.first))
        #expect(subject.plane.dialTargets.map(\.phase) == [.connected(remote.node)])
        subject.handle(.request(.redialNow))
        #expect(subject.handle(.tick).dials.isEmpty)
    }

    @Test func redialsSoonAfterAPeerIsLost() throws {
        var subject = try subject([target])
        var remote = try Remote(0x02)
        try subject.dial(&remote)
        subject.handle(.dataOpened(.first))
        subject.handle(.linkClosed(.first))
        #expect(subject.advance(by: .milliseconds(1300)).dials.map(\.address) == [target.address])
    }

    /// A reference node would give up the link that stands for another one.
    @Test func aReferencePeerThatDialledUsSatisfiesItsTarget() throws {
        var subject = try subject([DialTarget(address: "192.0.2.7:9100", node: try Remote(0x02).node)])
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        #expect(subject.handle(.tick).dials.isEmpty)
        #expect(subject.plane.dialTargets.map(\.phase) == [.connected(remote.node)])
        subject.handle(.linkClosed(.first))
        #expect(subject.advance(by: .seconds(2)).dials.count == 1)
    }

    @Test func aConnectionThatComesThroughTooLateIsClosedBeforeItsHandshake() throws {
        var subject = try subject([DialTarget(address: "192.0.2.7:9100", node: try Remote(0x02).node)])
        var remote = try Remote(0x02)
        let dial = try #require(subject.handle(.tick).dials.first).0
        try subject.connect(&remote)
        let effects = subject.handle(
            .linkOpened(.second, direction: .dialed(dial), preamble: nil, remoteAddress: "192.0.2.7:9100"))
        #expect(effects.closeReason(of: .second) == .duplicate)
        #expect(effects.handshakes(on: .second).isEmpty)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func aRemovedTargetIsNotDialledAndItsLateConnectionIsClosed() throws {
        var subject = try subject([target])
        let dial = try #require(subject.handle(.tick).dials.first).0
        subject.handle(.request(.setTargets([])))
        let effects = subject.handle(
            .linkOpened(.first, direction: .dialed(dial), preamble: nil, remoteAddress: target.address))
        #expect(effects.closeReason() == .notWanted)
        #expect(subject.advance(by: .seconds(300)).dials.isEmpty)
    }

    @Test(arguments: [("192.0.2.7", 0), ("192.0.2.8", 1)])
    func aPeerThatDialledUsFromElsewhereGetsASecondLink(host: String, dials: Int) throws {
        var subject = try subject([DialTarget(address: "192.0.2.7:9100", node: try Remote(0x02).node)])
        var remote = try Remote(0x02, features: .sealedLinks)
        try subject.connect(&remote, on: .first, from: host, to: "192.0.2.1")
        #expect(subject.handle(.tick).dials.count == dials)
    }

    @Test func aSessionThatDoesNotStandEndsNoBackOff() throws {
        var subject = try subject([target])
        var remote = try Remote(0x02, features: .sealedLinks)
        var waits: [Duration] = []
        for number in 1...8 {
            let began = subject.now.monotonic
            while subject.plane.dialTargets.first?.phase != .dialing { subject.advance(by: .milliseconds(50)) }
            waits.append(began.duration(to: subject.now.monotonic))
            let link = LinkID(rawValue: UInt64(number))
            let dial = DialID(rawValue: UInt64(number))
            let opened = subject.handle(
                .linkOpened(link, direction: .dialed(dial), preamble: nil, remoteAddress: "192.0.2.7:9100"))
            guard case .initiate(let hello)? = opened.handshakes(on: link).last else { continue }
            subject.handle(.handshake(link, try remote.respond(to: hello)))
            subject.handle(.dataOpened(link))
            #expect(subject.plane.isConnected(remote.node))
            subject.handle(.linkClosed(link))
        }
        #expect(waits.count == 8)
        #expect(try #require(waits.last) > .seconds(40))
    }

    @Test func newTargetsAreDialledAtOnceAndOldOnesKeepTheirState() throws {
        var subject = try subject([target])
        subject.handle(.tick)
        let effects = subject.handle(.request(.setTargets([target, DialTarget(address: "192.0.2.8:9100")])))
        #expect(effects.dials.map(\.address) == ["192.0.2.8:9100"])
        #expect(subject.plane.dialTargets.map(\.phase) == [.dialing, .dialing])
    }

    @Test func aChangedNetworkEndsTheWait() throws {
        var subject = try subject([target])
        let dial = try #require(subject.handle(.tick).dials.first).0
        subject.handle(.dialFailed(dial, reason: "unreachable"))
        #expect(subject.handle(.tick).dials.isEmpty)
        #expect(subject.handle(.request(.redialNow)).dials.count == 1)
    }

    @Test func anotherNodeThanTheConfiguredOneIsRefused() throws {
        var subject = try subject([DialTarget(address: "192.0.2.7:9100", node: .filled(9))])
        var remote = try Remote(0x02)
        let effects = try subject.dial(&remote)
        #expect(effects.closeReason() == .unexpectedIdentity(remote.node))
        #expect(effects.counted.contains(.unexpectedIdentity))
        #expect(effects.installs.isEmpty)
        #expect(!effects.handshakes().contains { if case .confirm = $0 { true } else { false } })
        #expect(subject.plane.dialTargets.first?.lastFailure?.contains("\(remote.node)") == true)
    }

    @Test func itIsTheRuleThatLetsNobodyElseAnswer() throws {
        let outcome = try attack(on: .expectedIdentity) {
            var subject = try subject([DialTarget(address: "192.0.2.7:9100", node: .filled(9))])
            var remote = try Remote(0x02)
            return try subject.dial(&remote).installs == [.first]
        }
        #expect(outcome == .prevented)
    }

    @Test func dialStatusNamesTheLastFailure() throws {
        var subject = try subject([target])
        let dial = try #require(subject.handle(.tick).dials.first).0
        subject.handle(.dialFailed(dial, reason: "connection refused"))
        let status = try #require(subject.plane.dialTargets.first)
        #expect(status.failures == 1)
        #expect(status.lastFailure == "connection refused")
    }
}
