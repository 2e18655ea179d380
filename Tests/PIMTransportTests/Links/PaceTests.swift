import NIOCore
import PIMCore
import PIMWire
import Testing

@testable import PIMTransport

/// A reference neighbour takes 200 frames a second after 500 at once and drops the rest.
@Suite struct PaceTests {
    /// Two ends in memory on virtual time, and what arrived when.
    private final class Bench {
        let time = VirtualTime()
        let alice = Recorder()
        let bob = Recorder()
        var arrivals: [Duration] = []
        private var pair: MemoryLinkPair?

        init(isSealed: Bool, configuration edit: (inout LinkConfiguration) -> Void = { _ in }) throws {
            var configuration = LinkConfiguration()
            configuration.pacesReferenceLinks = true
            edit(&configuration)
            let pair = MemoryLinkPair(
                dialer: .init(own: Fixtures.alice, link: LinkID(rawValue: 1), observer: alice),
                dial: DialID(rawValue: 1),
                acceptor: .init(own: Fixtures.bob, link: LinkID(rawValue: 2), observer: bob),
                configuration: configuration, schedule: time.schedule)
            self.pair = pair
            pair.open()
            time.advance(by: .milliseconds(1))
            bob.onFrame = { [unowned self] _, _ in arrivals.append(time.now) }
            try alice.link?.installSession(
                Fixtures.key(1), noncePrefix: Fixtures.alicePrefix, previousLifetime: .zero, isSealed: isSealed)
            try bob.link?.installSession(
                Fixtures.key(1), noncePrefix: Fixtures.bobPrefix, previousLifetime: .zero, isSealed: isSealed)
        }

        deinit {
            alice.forget()
            bob.forget()
        }

        func send(_ number: Int, lane: Lane = .data) {
            #expect(alice.link?.send(Fixtures.mesh(Fixtures.numbered(number)), lane: lane) == .queued)
        }
    }

    /// The reference's receive limiter.
    private func lost(_ arrivals: [Duration], capacity: Double = 500) -> Int {
        var (tokens, last, lost) = (capacity, Duration.zero, 0)
        for arrival in arrivals {
            tokens = min(capacity, tokens + (arrival - last) / .seconds(1) * 200)
            last = arrival
            if tokens >= 1 { tokens -= 1 } else { lost += 1 }
        }
        return lost
    }

    @Test func nothingIsLostToTheLimitAndLittleTime() throws {
        let bench = try Bench(isSealed: false)
        for number in 0..<3000 { bench.send(number) }
        bench.time.advance(by: .seconds(20))
        #expect(bench.bob.numbers == Array(0..<3000))
        #expect(lost(bench.arrivals) == 0)
        let seconds = (bench.arrivals.last ?? .zero) / .seconds(1)
        #expect((15...16.5).contains(seconds), "\(seconds) s")
    }

    /// Even a neighbour whose budget is nearly used up loses nothing in the long run.
    @Test func theRateStaysBelowTheLimit() throws {
        let bench = try Bench(isSealed: false)
        for number in 0..<1000 { bench.send(number) }
        bench.time.advance(by: .seconds(10))
        #expect(bench.arrivals.count == 1000)
        #expect(lost(bench.arrivals, capacity: 25) == 0)
    }

    @Test func controlFramesDoNotWaitAndCount() throws {
        let bench = try Bench(isSealed: false)
        for number in 0..<500 { bench.send(number) }
        bench.time.advance(by: .milliseconds(500))
        let before = bench.bob.numbers.count
        for number in 1000..<1050 { bench.send(number, lane: .control) }
        bench.time.advance(by: .milliseconds(1))
        #expect(bench.bob.numbers.count == before + 50)
        bench.time.advance(by: .seconds(10))
        #expect(bench.bob.numbers.count == 550)
        #expect(lost(bench.arrivals, capacity: 75) == 0)
    }

    @Test func sealedLinksAreNotPaced() throws {
        let bench = try Bench(isSealed: true)
        for number in 0..<3000 { bench.send(number) }
        bench.time.advance(by: .milliseconds(10))
        #expect(bench.bob.numbers.count == 3000)
    }

    @Test func aSingleFrameLeavesAtOnce() throws {
        let bench = try Bench(isSealed: false)
        bench.time.advance(by: .seconds(1))
        bench.send(1)
        bench.time.advance(by: .microseconds(1))
        #expect(bench.bob.numbers == [1])
    }

    @Test func goodbyeComesLastAndSoon() throws {
        let bench = try Bench(isSealed: false)
        for number in 0..<150 { bench.send(number) }
        #expect(bench.alice.link?.send(.direct(.control, [9]), lane: .final) == .queued)
        bench.alice.link?.close(.shutdown)
        bench.time.advance(by: .milliseconds(10))
        #expect(bench.bob.numbers == Array(0..<150))
        guard case .direct(.control, [9])? = bench.bob.frames.last else {
            Issue.record("no Goodbye at the end")
            return
        }
    }

    @Test func anIdleLinkAsksForNoTimers() throws {
        let bench = try Bench(isSealed: false)
        bench.send(1)
        bench.time.advance(by: .seconds(100))
        #expect(!bench.time.step(until: .seconds(1_000)))
    }
}
