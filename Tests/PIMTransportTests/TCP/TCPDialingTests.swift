import NIOCore
import NIOPosix
import PIMCore
import Testing

@testable import PIMTransport

@Suite struct TCPDialingTests {
    /// A resolver with fixed answers.
    private struct FixedResolver: Resolver, Sendable {
        let loop: any EventLoop
        var ipv4: [SocketAddress]
        var ipv6: [SocketAddress]

        func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            loop.makeSucceededFuture(ipv4)
        }

        func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            loop.makeSucceededFuture(ipv6)
        }

        func cancelQueries() {}
    }

    /// A port nobody listens on.
    private func closedPort() async throws -> Int {
        let node = TCPNode(Fixtures.bob)
        let port = try await node.transport.listen(host: "127.0.0.1", port: 0).port
        await node.transport.shutdown()
        return port
    }

    @Test func closedPortFailsAtOnceWithAReason() async throws {
        let port = try await closedPort()
        let alice = TCPNode(Fixtures.alice)
        try await TCPNode.with(alice) {
            try await alice.dial("127.0.0.1:\(port)", as: 9)
            try await alice.wait("failure") { $0.recorder.dialFailures.count == 1 }
            try await alice.run { alice in
                #expect(alice.recorder.dialFailures.first?.dial == DialID(rawValue: 9))
                #expect(alice.recorder.dialFailures.first?.reason == "Connection refused")
                #expect(alice.recorder.opened.isEmpty)
            }
        }
    }

    @Test func addressThatDoesNotAnswerFailsInTime() async throws {
        var configuration = TCPConfiguration()
        configuration.connectTimeout = .milliseconds(200)
        let alice = TCPNode(Fixtures.alice, configuration: configuration)
        try await TCPNode.with(alice) {
            let start = ContinuousClock.now
            // Reserved for documentation: no host, and usually no answer.
            try await alice.dial("192.0.2.1:9100")
            try await alice.wait("failure") { $0.recorder.dialFailures.count == 1 }
            #expect(ContinuousClock.now - start < .seconds(3))
        }
    }

    @Test(arguments: ["nonsense", "host:0", "::1:9100"])
    func targetThatIsNoneFailsLaterNotInsideTheCall(address: String) async throws {
        let alice = TCPNode(Fixtures.alice)
        try await TCPNode.with(alice) {
            try await alice.run { alice in
                alice.transport.dial(DialID(rawValue: 1), address: address)
                #expect(alice.recorder.dialFailures.isEmpty)
            }
            try await alice.wait("failure") { $0.recorder.dialFailures.count == 1 }
        }
    }

    @Test func nameThatDoesNotResolveFails() async throws {
        let alice = TCPNode(Fixtures.alice)
        try await TCPNode.with(alice) {
            try await alice.dial("no-such-host.invalid:9100")
            try await alice.wait("failure") { $0.recorder.dialFailures.count == 1 }
        }
    }

    @Test func everyAddressOfANameIsTried() async throws {
        let dead = try await closedPort()
        let bob = TCPNode(Fixtures.bob)
        let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
        let ipv4 = try [
            SocketAddress(ipAddress: "192.0.2.1", port: port), SocketAddress(ipAddress: "127.0.0.1", port: dead),
            SocketAddress(ipAddress: "127.0.0.1", port: port),
        ]
        let ipv6 = try [SocketAddress(ipAddress: "::1", port: dead)]
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let alice = TCPNode(Fixtures.alice) { FixedResolver(loop: loop, ipv4: ipv4, ipv6: ipv6) }
        try await TCPNode.with(alice, bob) {
            try await alice.dial("some.name:\(port)")
            try await bob.wait("link") { $0.recorder.opened.count == 1 }
            try await alice.run { alice in
                #expect(alice.recorder.opened.first?.link.remoteAddress == "127.0.0.1:\(port)")
                #expect(alice.recorder.dialFailures.isEmpty)
            }
        }
    }

    @Test func failureOfANameTellsAboutEveryAddress() async throws {
        let dead = try await closedPort()
        let ipv4 = try [SocketAddress(ipAddress: "127.0.0.1", port: dead)]
        let ipv6 = try [SocketAddress(ipAddress: "::1", port: dead)]
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let alice = TCPNode(Fixtures.alice) { FixedResolver(loop: loop, ipv4: ipv4, ipv6: ipv6) }
        try await TCPNode.with(alice) {
            try await alice.dial("some.name:\(dead)")
            try await alice.wait("failure") { $0.recorder.dialFailures.count == 1 }
            try await alice.run { alice in
                let reason = alice.recorder.dialFailures.first?.reason ?? ""
                #expect(reason.contains("127.0.0.1:\(dead)") && reason.contains("[::1]:\(dead)"), "\(reason)")
            }
        }
    }

    @Test func systemResolvesNames() async throws {
        let (alice, bob) = (TCPNode(Fixtures.alice), TCPNode(Fixtures.bob))
        try await TCPNode.with(alice, bob) {
            let port = try await bob.transport.listen(port: 0).port
            try await alice.dial("localhost:\(port)")
            try await bob.wait("link") { $0.recorder.opened.count == 1 }
        }
    }

    @Test func dialAfterShutdownFails() async throws {
        let alice = TCPNode(Fixtures.alice)
        await alice.transport.shutdown()
        try await alice.run { alice in
            alice.transport.dial(DialID(rawValue: 1), address: "127.0.0.1:1")
            #expect(alice.recorder.opened.isEmpty)
        }
    }
}
