import Foundation
import NIOCore
import NIOPosix
import PIMCore
import PIMTransport
import PIMWire
import Testing

/// Connections from somebody who is no mesh node, or not a friendly one.
@Suite struct TCPStrangerTests {
    @Test func hundredsOfHalfOpenConnectionsAreBoundedAndKeepNobodyOut() async throws {
        var configuration = TCPConfiguration()
        configuration.strangers = 64
        let (alice, bob) = (TCPNode(Fixtures.alice), TCPNode(Fixtures.bob, configuration: configuration))
        try await TCPNode.with(alice, bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            var crowd: [RawPeer] = []
            for number in 0..<300 {
                // Whoever is refused may be reset before he sees that he was connected.
                if let peer = try? await RawPeer(port: port, from: "127.0.0.\(2 + number % 3)") { crowd.append(peer) }
            }
            try await bob.wait("everybody was looked at") { bob in
                let refused = bob.recorder.counted[.connectionsPerAddress, default: 0]
                let evicted = bob.recorder.counted[.connectionEvicted, default: 0]
                return refused + evicted == 300 - 64 && bob.transport.connectionCount == 64
            }
            try await alice.dial("127.0.0.1:\(port)")
            try await bob.wait("alice") { $0.recorder.opened.count == 1 }
            try await bob.run { #expect($0.recorder.opened.first?.preamble == Fixtures.alice) }
            for peer in crowd { try? await peer.close() }
        }
    }

    @Test func crowdIsTurnedAwayWhileTheLinksHaveNoTime() async throws {
        let links = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = TCPConfiguration()
        configuration.strangersPerAddress = 2
        let bob = TCPNode(Fixtures.bob, loop: links.next(), configuration: configuration)
        let gate = DispatchSemaphore(value: 0)
        try await TCPNode.with(bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            bob.loop.execute { gate.wait() }
            var crowd: [RawPeer] = []
            do {
                defer { gate.signal() }
                for _ in 0..<10 {
                    // Whoever is refused may be reset before he sees that he was connected.
                    if let peer = try? await RawPeer(port: port) { crowd.append(peer) }
                }
                try await LinkBench.wait("all but two are closed") { [crowd] in crowd.count(where: \.isOpen) == 2 }
            }
            try await bob.wait("the rest are links") { bob in
                let refused = bob.recorder.counted[.connectionsPerAddress, default: 0]
                let evicted = bob.recorder.counted[.connectionEvicted, default: 0]
                return refused + evicted == 8 && bob.transport.connectionCount == 2
            }
            #expect(crowd.count(where: \.isOpen) == 2)
            for peer in crowd { try? await peer.close() }
        }
        try await links.shutdownGracefully()
    }

    @Test func authenticatedLinksAreNotCountedAsStrangers() async throws {
        var configuration = TCPConfiguration()
        configuration.strangersPerAddress = 2
        let (alice, bob) = (TCPNode(Fixtures.alice), TCPNode(Fixtures.bob, configuration: configuration))
        try await bob.run { $0.recorder.onOpened = { $0.markAuthenticated() } }
        try await TCPNode.with(alice, bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            for number in 1...10 {
                try await alice.dial("127.0.0.1:\(port)", as: UInt64(number))
                try await bob.wait("link \(number)") { $0.recorder.opened.count == number }
            }
            try await bob.run { bob in
                #expect(bob.recorder.closed.isEmpty)
                #expect(bob.recorder.counted.isEmpty)
            }
        }
    }

    @Test func connectionWithoutAPreambleIsClosed() async throws {
        var configuration = TCPConfiguration()
        configuration.link.preambleDeadline = .milliseconds(100)
        let bob = TCPNode(Fixtures.bob, configuration: configuration)
        try await TCPNode.with(bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            let peer = try await RawPeer(port: port)
            // On a busy machine the deadline may be over before this is written.
            try? await peer.send([UInt8](repeating: 1, count: 15))
            try await peer.untilClosed()
            try await bob.wait("the count") { $0.recorder.counted == [.preambleTimedOut: 1] }
            try await bob.run { bob in
                #expect(bob.recorder.opened.isEmpty && bob.recorder.closed.isEmpty)
                #expect(bob.transport.connectionCount == 0)
            }
        }
    }

    @Test func garbageEndsItsConnectionOnly() async throws {
        let (alice, bob) = (TCPNode(Fixtures.alice), TCPNode(Fixtures.bob))
        try await TCPNode.with(alice, bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            try await alice.dial("127.0.0.1:\(port)")
            try await bob.wait("alice") { $0.recorder.opened.count == 1 }
            let peer = try await RawPeer(port: port)
            try await peer.send([UInt8](repeating: 0xa7, count: 10_000))
            try await peer.untilClosed()
            try await bob.wait("the end of the other") { $0.recorder.closed == [.brokenFraming] }
            try await alice.run { alice in
                #expect(alice.recorder.link?.send(Fixtures.helloFrame, lane: .control) == .queued)
            }
            try await bob.wait("alice's frame") { $0.recorder.frames.map(\.handshake) == [Fixtures.hello()] }
            try await bob.run { #expect($0.transport.connectionCount == 1) }
        }
    }

    @Test func oversizeLengthEndsTheConnectionAtOnce() async throws {
        let bob = TCPNode(Fixtures.bob)
        try await TCPNode.with(bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            let peer = try await RawPeer(port: port)
            try await peer.send(Fixtures.alice.bytes + [0, 0x10, 0, 1])
            try await peer.untilClosed()
            try await bob.wait("the end") { $0.recorder.closed == [.brokenFraming] }
        }
    }

    @Test func deathOfThePeersProcessIsNoticedAtOnce() async throws {
        let bob = TCPNode(Fixtures.bob)
        try await TCPNode.with(bob) {
            let port = try await bob.transport.listen(host: "127.0.0.1", port: 0).port
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            let script = "exec 3<>/dev/tcp/127.0.0.1/\(port); printf 0123456789abcdef >&3; exec sleep 60"
            process.arguments = ["-c", script]
            try process.run()
            try await bob.wait("the link") { $0.recorder.opened.count == 1 }
            let killed = ContinuousClock.now
            #expect(kill(process.processIdentifier, SIGKILL) == 0)
            try await bob.wait("the end") { !$0.recorder.closed.isEmpty }
            // Far below what keep-alive takes, and enough for a busy machine.
            #expect(ContinuousClock.now - killed < .seconds(8))
            process.waitUntilExit()
        }
    }
}
