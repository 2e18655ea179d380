import PIMCore
import PIMCrypto
import PIMTransport
import PIMWire
import Testing

/// What only a pair in memory can do.
@Suite struct MemoryLinkPairTests {
    private let time = VirtualTime()
    private let alice = Recorder()
    private let bob = Recorder()

    private func makePair(
        latency: Duration = .milliseconds(10), configuration: LinkConfiguration = LinkConfiguration()
    ) -> MemoryLinkPair {
        MemoryLinkPair(
            dialer: MemoryLinkPair.End(own: Fixtures.alice, link: LinkID(rawValue: 1), observer: alice),
            dial: DialID(rawValue: 5),
            acceptor: MemoryLinkPair.End(own: Fixtures.bob, link: LinkID(rawValue: 2), observer: bob),
            configuration: configuration, latency: latency, schedule: time.schedule)
    }

    private func openWithSession(_ pair: MemoryLinkPair) throws {
        pair.open()
        time.advance(by: .milliseconds(100))
        let lifetime = Duration.seconds(5)
        try pair.dialerLink.installSession(
            Fixtures.key(1), noncePrefix: Fixtures.alicePrefix, previousLifetime: lifetime, isSealed: false)
        try pair.acceptorLink.installSession(
            Fixtures.key(1), noncePrefix: Fixtures.bobPrefix, previousLifetime: lifetime, isSealed: false)
    }

    @Test func bytesTakeTheLatency() throws {
        let pair = makePair(latency: .milliseconds(30))
        try openWithSession(pair)
        #expect(pair.dialerLink.send(Fixtures.mesh([1]), lane: .data) == .queued)
        time.advance(by: .milliseconds(29))
        #expect(bob.frames.isEmpty)
        time.advance(by: .milliseconds(1))
        #expect(bob.frames.count == 1)
    }

    @Test func shorterLatencyDoesNotLetBytesOvertake() throws {
        let pair = makePair(latency: .milliseconds(50))
        try openWithSession(pair)
        for number in 0..<5 {
            #expect(pair.dialerLink.send(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
            time.advance(by: .milliseconds(1))
            pair.latency = .milliseconds(40 - number * 10)
        }
        time.advance(by: .seconds(1))
        #expect(bob.numbers == Array(0..<5))
    }

    @Test func partitionHoldsEverythingAndTellsNobody() throws {
        let pair = makePair()
        try openWithSession(pair)
        pair.isPartitioned = true
        #expect(pair.dialerLink.send(Fixtures.mesh(Fixtures.numbered(1)), lane: .data) == .queued)
        time.advance(by: .seconds(30))
        #expect(bob.frames.isEmpty && alice.closed.isEmpty && bob.closed.isEmpty)
        pair.isPartitioned = false
        time.advance(by: .seconds(1))
        #expect(bob.numbers == [1])
    }

    @Test func senderIsCongestedDuringAPartition() throws {
        let pair = makePair()
        try openWithSession(pair)
        pair.isPartitioned = true
        var accepted = 0
        for _ in 0..<1000
        where pair.dialerLink.send(
            Fixtures.mesh([UInt8](repeating: 0, count: 60_000)), lane: .data) == .queued
        {
            accepted += 1
            time.advance(by: .milliseconds(1))
        }
        // The window of the wire and the data lane, each overshot by less than one write.
        #expect((70...85).contains(accepted))
        #expect(alice.writableNotices == 0)
        pair.isPartitioned = false
        time.advance(by: .seconds(5))
        #expect(bob.frames.count == accepted)
        #expect(alice.writableNotices == 1)
    }

    @Test func endThatClosedDuringAPartitionIsMissedOnlyAfterIt() throws {
        let pair = makePair()
        try openWithSession(pair)
        pair.isPartitioned = true
        pair.dialerLink.close(.silent)
        time.advance(by: .seconds(10))
        #expect(alice.closed == [.silent])
        #expect(bob.closed.isEmpty)
        pair.isPartitioned = false
        time.advance(by: .seconds(1))
        #expect(bob.closed == [.endedByPeer])
    }

    @Test func severedLinkEndsAtBothEndsAtOnce() throws {
        let pair = makePair()
        try openWithSession(pair)
        #expect(pair.dialerLink.send(Fixtures.mesh([1]), lane: .data) == .queued)
        pair.sever()
        #expect(alice.closed.isEmpty)
        time.advance(by: .zero)
        #expect(alice.closed == [.connectionFailed] && bob.closed == [.connectionFailed])
        time.advance(by: .seconds(60))
        #expect(bob.frames.isEmpty)
        #expect(alice.closed.count == 1 && bob.closed.count == 1)
    }

    @Test func acceptedLinkWithoutPreambleIsNeverAnnounced() {
        let pair = makePair()
        pair.isPartitioned = true
        pair.open()
        time.advance(by: .seconds(6))
        #expect(alice.opened.count == 1)
        #expect(bob.opened.isEmpty && bob.closed.isEmpty)
        #expect(bob.counted == [.preambleTimedOut: 1])
    }

    @Test func previousSessionOpensForItsLifetimeOnly() throws {
        for (delay, opens) in [(Duration.seconds(4), true), (.seconds(6), false)] {
            let pair = makePair()
            let bob = self.bob
            let before = bob.frames.count
            try openWithSession(pair)
            try pair.acceptorLink.installSession(
                Fixtures.key(2), noncePrefix: Fixtures.bobPrefix + 1, previousLifetime: .seconds(5), isSealed: false)
            time.advance(by: delay)
            #expect(pair.dialerLink.send(Fixtures.mesh([1]), lane: .data) == .queued)
            time.advance(by: .milliseconds(20))
            #expect(bob.frames.count == before + 1)
            #expect(bob.frames.last?.counter == (opens ? nil : .undecryptable))
            pair.sever()
            time.advance(by: .seconds(20))
        }
    }

    @Test func runsRepeatExactly() throws {
        func run() throws -> [String] {
            let (time, alice, bob) = (VirtualTime(), Recorder(), Recorder())
            var log: [String] = []
            bob.onFrame = { link, frame in
                log.append("\(time.now) bob \(frame.meshPayload.flatMap(Fixtures.number) ?? -1)")
                _ = link.send(Fixtures.mesh([0, 0, 0, UInt8(log.count)]), lane: .control)
            }
            alice.onFrame = { _, frame in
                log.append("\(time.now) alice \(frame.meshPayload.flatMap(Fixtures.number) ?? -1)")
            }
            let pair = MemoryLinkPair(
                dialer: MemoryLinkPair.End(own: Fixtures.alice, link: LinkID(rawValue: 1), observer: alice),
                dial: DialID(rawValue: 1),
                acceptor: MemoryLinkPair.End(own: Fixtures.bob, link: LinkID(rawValue: 2), observer: bob),
                latency: .milliseconds(3), schedule: time.schedule)
            pair.open()
            time.advance(by: .milliseconds(20))
            for (link, prefix) in [
                (pair.dialerLink, Fixtures.alicePrefix), (pair.acceptorLink, Fixtures.bobPrefix),
            ] {
                try link.installSession(Fixtures.key(1), noncePrefix: prefix, previousLifetime: .zero, isSealed: false)
            }
            for number in 0..<50 {
                #expect(pair.dialerLink.send(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
                time.advance(by: .microseconds(700))
            }
            time.advance(by: .seconds(1))
            alice.forget()
            bob.forget()
            return log
        }
        let first = try run()
        #expect(first.count == 100)
        #expect(try run() == first)
    }
}
