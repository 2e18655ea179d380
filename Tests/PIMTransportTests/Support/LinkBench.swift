import NIOCore
import NIOPosix
import PIMCore
import Testing

@testable import PIMTransport

/// What carries the links of a test.
enum Medium: CaseIterable, Sendable {
    case tcp
    case memory
}

/// Two nodes with one link between them that alice dialled, over either medium.
///
/// `@unchecked Sendable`: recorders and links are touched inside `run` and `wait` only, which run on the links' loop, or
/// one after the other on the caller's thread for links in memory.
final class LinkBench: @unchecked Sendable {
    struct Timeout: Error, CustomStringConvertible {
        var description: String
    }

    let alice = Recorder()
    let bob = Recorder()
    private let time = VirtualTime()
    private var pair: MemoryLinkPair?
    private var transports: [TCPTransport] = []
    private var loop: (any EventLoop)?

    /// Runs `body` with links that are open at both ends, and takes everything down afterwards.
    static func with(
        _ medium: Medium, configuration: LinkConfiguration = LinkConfiguration(),
        prepare: (LinkBench) -> Void = { _ in },
        _ body: (LinkBench) async throws -> Void
    ) async throws {
        let bench = LinkBench()
        prepare(bench)
        do {
            try await bench.open(medium, configuration)
            try await bench.wait("both ends open") { $0.alice.opened.count == 1 && $0.bob.opened.count == 1 }
            try await body(bench)
        } catch {
            await bench.tearDown()
            throw error
        }
        await bench.tearDown()
    }

    private func open(_ medium: Medium, _ configuration: LinkConfiguration) async throws {
        switch medium {
        case .memory:
            let pair = MemoryLinkPair(
                dialer: MemoryLinkPair.End(own: Fixtures.alice, link: LinkID(rawValue: 1), observer: alice),
                dial: DialID(rawValue: 5),
                acceptor: MemoryLinkPair.End(own: Fixtures.bob, link: LinkID(rawValue: 2), observer: bob),
                configuration: configuration, schedule: time.schedule)
            self.pair = pair
            pair.open()
        case .tcp:
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            self.loop = loop
            var tcp = TCPConfiguration()
            tcp.link = configuration
            let other = MultiThreadedEventLoopGroup.singleton.next()
            let dialer = TCPTransport(
                own: Fixtures.alice, loop: loop, acceptLoop: other, configuration: tcp, observer: alice)
            let acceptor = TCPTransport(
                own: Fixtures.bob, loop: loop, acceptLoop: other, configuration: tcp, observer: bob)
            transports = [dialer, acceptor]
            let port = try await acceptor.listen(host: "127.0.0.1", port: 0).port
            try await loop.submit { dialer.dial(DialID(rawValue: 5), address: "127.0.0.1:\(port)") }.get()
        }
    }

    private func tearDown() async {
        for transport in transports { await transport.shutdown() }
        if let pair {
            pair.sever()
            time.advance(by: .seconds(60))
        }
        try? await run { bench in
            bench.alice.forget()
            bench.bob.forget()
        }
    }

    /// Runs `body` where the links live.
    func run<Value: Sendable>(_ body: @escaping @Sendable (LinkBench) throws -> Value) async throws -> Value {
        guard let loop else { return try body(self) }
        return try await loop.submit { try body(self) }.get()
    }

    /// Returns as soon as the condition holds; throws after ten seconds, or a virtual minute.
    func wait(_ what: String, until condition: @escaping @Sendable (LinkBench) -> Bool) async throws {
        guard loop != nil else {
            let limit = time.now + .seconds(60)
            while !condition(self) {
                guard time.step(until: limit) else { throw Timeout(description: "waited in vain: \(what)") }
            }
            return
        }
        try await Self.wait(what) { try await run(condition) }
    }

    /// Returns as soon as the condition holds; throws after ten seconds.
    static func wait(_ what: String, until condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw Timeout(description: "waited in vain: \(what)") }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// The same session at both ends, without a handshake.
    func installSessions(
        key: UInt8 = 1, round: UInt64 = 0, previousLifetime: Duration = .seconds(5), isSealed: Bool = false
    ) async throws {
        try await run { bench in
            try bench.alice.link?.installSession(
                Fixtures.key(key), noncePrefix: Fixtures.alicePrefix + round, previousLifetime: previousLifetime,
                isSealed: isSealed)
            try bench.bob.link?.installSession(
                Fixtures.key(key), noncePrefix: Fixtures.bobPrefix + round, previousLifetime: previousLifetime,
                isSealed: isSealed)
        }
    }
}
