import NIOCore
import NIOPosix
import PIMCore
import Testing

@testable import PIMTransport

@Suite struct TCPListeningTests {
    @Test func wildcardListensOnBothFamiliesOnOnePort() async throws {
        let (alice, bob) = (TCPNode(Fixtures.alice), TCPNode(Fixtures.bob))
        try await TCPNode.with(alice, bob) {
            let listening = try await bob.transport.listen(port: 0)
            #expect(listening.warning == nil)
            #expect(listening.addresses == ["0.0.0.0:\(listening.port)", "[::]:\(listening.port)"])
            try await alice.dial("127.0.0.1:\(listening.port)", as: 1)
            try await alice.dial("[::1]:\(listening.port)", as: 2)
            try await bob.wait("two links") { $0.recorder.opened.count == 2 }
            try await bob.run { bob in
                let addresses = bob.recorder.opened.map(\.link.remoteAddress).sorted()
                #expect(addresses.first?.hasPrefix("127.0.0.1:") == true)
                #expect(addresses.last?.hasPrefix("[::1]:") == true)
                #expect(bob.recorder.opened.allSatisfy { $0.preamble == Fixtures.alice })
            }
        }
    }

    @Test func addressInUseIsAnErrorThatNamesIt() async throws {
        let (alice, bob) = (TCPNode(Fixtures.alice), TCPNode(Fixtures.bob))
        try await TCPNode.with(alice, bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            let error = await #expect(throws: PIMError.self) {
                try await alice.transport.listen(host: "127.0.0.1", port: port)
            }
            let start = "cannot listen on 127.0.0.1 port \(port): Address already in use (another program has the port;"
            #expect(try #require(error).message.hasPrefix(start))
            #expect(error?.cause == nil)
        }
    }

    @Test func takenSecondFamilyIsOnlyAWarning() async throws {
        let ipv6Only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
        let blocker = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ipv6Only, value: 1)
            .bind(host: "::", port: 0).get()
        let node = TCPNode(Fixtures.alice)
        try await TCPNode.with(node) {
            let port = try #require(blocker.localAddress?.port)
            let listening = try await node.transport.listen(port: port)
            #expect(listening.port == port)
            #expect(listening.addresses == ["0.0.0.0:\(port)"])
            #expect(listening.warning?.contains("::") == true)
        }
        try await blocker.close()
    }

    @Test func textThatIsNoAddressIsAnError() async throws {
        let node = TCPNode(Fixtures.alice)
        try await TCPNode.with(node) {
            await #expect(throws: PIMError.self) { try await node.transport.listen(host: "nowhere", port: 0) }
        }
    }

    @Test func nothingIsAcceptedAfterShutdown() async throws {
        let node = TCPNode(Fixtures.bob)
        let port = try await node.transport.listen(host: "127.0.0.1", port: 0).port
        await node.transport.shutdown()
        await #expect(throws: (any Error).self) { try await RawPeer(port: port) }
        await #expect(throws: PIMError.self) { try await node.transport.listen(host: "127.0.0.1", port: 0) }
        await node.transport.shutdown()
    }

    @Test func shutdownClosesLinksAfterTheirLastFrames() async throws {
        let (alice, bob) = (TCPNode(Fixtures.alice), TCPNode(Fixtures.bob))
        try await TCPNode.with(alice, bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            try await alice.dial("127.0.0.1:\(port)")
            try await bob.wait("link") { $0.recorder.opened.count == 1 }
            try await alice.run { alice in
                #expect(alice.recorder.link?.send(Fixtures.helloFrame, lane: .control) == .queued)
            }
            await alice.transport.shutdown()
            try await alice.run { alice in
                #expect(alice.recorder.closed == [.shutdown])
                #expect(alice.transport.connectionCount == 0)
            }
            try await bob.wait("the end") { $0.recorder.closed == [.endedByPeer] }
            try await bob.run { #expect($0.recorder.frames.map(\.handshake) == [Fixtures.hello()]) }
        }
    }
}
