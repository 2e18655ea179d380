import Attacks
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// What strangers get, and what becomes of those who misbehave.
@Suite struct StrangerTests {
    private func address(_ number: Int) -> String { "198.51.100.\(number):40000" }

    /// Accepts a link without a preamble from an address.
    @discardableResult
    private func open(_ number: Int, from address: String, in subject: inout Subject) -> [ControlEffect] {
        subject.handle(
            .linkOpened(
                LinkID(rawValue: UInt64(number)), direction: .accepted, preamble: nil, remoteAddress: address))
    }

    private func restrictions(_ effects: [ControlEffect]) -> [Bool] {
        effects.compactMap { if case .restrict(_, let isRestricted) = $0 { isRestricted } else { nil } }
    }

    @Test func anInitFloodFromManyAddressesLetsANewcomerThroughWithinASecond() throws {
        var configuration = ControlConfiguration()
        configuration.limits.handshakesPerSecond = 50
        var subject = try Subject(configuration: configuration)
        var remotes = try (0..<8).map { try Remote(UInt8($0 + 10)) }
        var answered = 0
        var number = 100
        for _ in 0..<300 {
            subject.advance(by: .milliseconds(10))
            for attacker in remotes.indices {
                number += 1
                open(number, from: address(attacker), in: &subject)
                let effects = subject.handle(
                    .handshake(LinkID(rawValue: UInt64(number)), try remotes[attacker].initiate()))
                answered += effects.handshakes(on: LinkID(rawValue: UInt64(number))).count
            }
        }
        var honest = try Remote(0x02)
        open(1, from: address(200), in: &subject)
        var effects = subject.handle(.handshake(.first, try honest.initiate()))
        effects += subject.advance(by: .seconds(1))
        guard case .respond(let hello)? = effects.handshakes(on: .first).first else {
            Issue.record("no answer within a second")
            return
        }
        #expect(subject.handle(.handshake(.first, try honest.confirm(hello))).installs == [.first])
    }

    @Test func whatAStrangerDoesIsCountedAgainstItsAddressOnly() throws {
        var subject = try Subject()
        var effects: [ControlEffect] = []
        for number in 100..<108 {
            open(number, from: address(7), in: &subject)
            effects += subject.handle(.badFrame(LinkID(rawValue: UInt64(number))))
        }
        #expect(restrictions(effects) == [true])
        #expect(effects.counted.contains(.addressRestricted))
        #expect(effects.events.contains(.restricted(AddressGroup(endpoint: address(7)))))
        #expect(subject.plane.reputation.recordCount == 0)
        #expect(restrictions(subject.advance(by: .seconds(61))) == [false])
    }

    /// Behind one translator: the honest node shares the address of somebody who misbehaves, and gets its link.
    @Test func anHonestNodeAtARestrictedAddressStillGetsItsLink() throws {
        var subject = try Subject()
        for number in 100..<108 {
            open(number, from: address(7), in: &subject)
            subject.handle(.badFrame(LinkID(rawValue: UInt64(number))))
        }
        #expect(subject.plane.addressReputation.isExcluded(AddressGroup(endpoint: address(7))))
        subject.advance(by: .seconds(1))
        var honest = try Remote(0x02)
        open(1, from: address(7), in: &subject)
        var effects = subject.handle(.handshake(.first, try honest.initiate()))
        effects += subject.advance(by: .seconds(1))
        guard case .respond(let hello)? = effects.handshakes(on: .first).first else {
            Issue.record("no answer within a second")
            return
        }
        #expect(subject.handle(.handshake(.first, try honest.confirm(hello))).installs == [.first])
        subject.handle(.dataOpened(.first))
        #expect(subject.plane.isConnected(honest.node))
    }

    @Test func nobodyIsBlamedForAPreambleAnotherSent() throws {
        var subject = try Subject()
        let victim = try Remote(0x05)
        var attacker = try Remote(0x06)
        for number in 100..<140 {
            let link = LinkID(rawValue: UInt64(number))
            subject.handle(
                .linkOpened(link, direction: .accepted, preamble: victim.node, remoteAddress: address(7)))
            subject.handle(.handshake(link, try attacker.initiate()))
        }
        #expect(!subject.plane.reputation.isExcluded(victim.node))
        #expect(subject.plane.reputation.recordCount == 0)
        #expect(subject.plane.addressReputation.isExcluded(AddressGroup(endpoint: address(7))))
        var honest = victim
        #expect(try subject.connect(&honest).installs == [.first])
    }

    @Test func aSecondInitWhileTheFirstWaitsEndsTheLink() throws {
        var configuration = ControlConfiguration()
        configuration.limits.handshakesPerSecond = 1
        var subject = try Subject(configuration: configuration)
        var first = try Remote(0x03)
        open(100, from: address(1), in: &subject)
        subject.handle(.handshake(LinkID(rawValue: 100), try first.initiate()))
        var remote = try Remote(0x02)
        open(1, from: address(2), in: &subject)
        #expect(subject.handle(.handshake(.first, try remote.initiate())).isEmpty)
        #expect(subject.handle(.handshake(.first, try remote.initiate())).closeReason() == .handshakeRefused)
        #expect(subject.advance(by: .seconds(5)).handshakes(on: .first).isEmpty)
    }

    @Test func strangersTakeNothingOfThePlacesForLinks() throws {
        var configuration = ControlConfiguration()
        configuration.limits.links = 2
        configuration.limits.strangers = 8
        configuration.limits.strangersPerAddress = 2
        var subject = try Subject(configuration: configuration)
        for number in 100..<108 { open(number, from: address(number - 100), in: &subject) }
        var honest = try Remote(0x02)
        #expect(try subject.connect(&honest).installs == [.first])
    }

    @Test func anExcludedNodeDoesNotComeStraightBack() throws {
        let outcome = try attack(on: .exclusion) {
            var subject = try Subject()
            var remote = try Remote(0x02)
            try subject.connect(&remote)
            for _ in 0..<4 {
                subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat(from: .filled(0x77))))
            }
            #expect(!subject.plane.isConnected(remote.node))
            return try !subject.connect(&remote, on: LinkID(rawValue: 2)).installs.isEmpty
        }
        #expect(outcome == .prevented)
    }

    @Test func aRestrictedAddressIsNotServedBeforeOthers() throws {
        let outcome = try attack(on: .restriction) {
            var configuration = ControlConfiguration()
            configuration.limits.handshakesPerSecond = 2
            var subject = try Subject(configuration: configuration)
            for number in 100..<108 {
                open(number, from: address(7), in: &subject)
                subject.handle(.badFrame(LinkID(rawValue: UInt64(number))))
            }
            subject.advance(by: .seconds(2))
            var (busy, attacker, honest) = (try Remote(0x04), try Remote(0x05), try Remote(0x06))
            open(1, from: address(8), in: &subject)
            subject.handle(.handshake(.first, try busy.initiate()))
            open(2, from: address(7), in: &subject)
            subject.handle(.handshake(LinkID(rawValue: 2), try attacker.initiate()))
            open(3, from: address(9), in: &subject)
            subject.handle(.handshake(LinkID(rawValue: 3), try honest.initiate()))
            let effects = subject.advance(by: .milliseconds(600))
            return effects.handshakes(on: LinkID(rawValue: 3)).isEmpty
                && !effects.handshakes(on: LinkID(rawValue: 2)).isEmpty
        }
        #expect(outcome == .prevented)
    }
}
