import NIOCore
import NIOPosix
import PIMCore
import PIMTransport
import PIMWire
import Testing

/// Sockets of discovery on loopback; networks of several machines are the business of the namespace tests.
@Suite struct BeaconSocketsTests {
    /// What arrived; touched on one loop only.
    private final class Arrivals: @unchecked Sendable {
        var datagrams: [[UInt8]] = []
        var sources: [BeaconSource] = []
    }

    private static func sockets(
        on loop: any EventLoop, port: UInt16, _ arrivals: Arrivals
    ) async throws -> (BeaconSockets, failures: [String: String]) {
        let sockets = BeaconSockets(loop: loop, port: port) { datagram, source in
            arrivals.datagrams.append(datagram)
            arrivals.sources.append(source)
        }
        return (sockets, try await loop.flatSubmit { sockets.update([]) }.get())
    }

    private static func freePort(_ loop: any EventLoop) async throws -> UInt16 {
        let probe = try await DatagramBootstrap(group: loop).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(probe.localAddress?.port)
        try await probe.close()
        return UInt16(clamping: port)
    }

    @Test func datagramsArriveWithTheirSourceAndAreCutAtTheirLimit() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let arrivals = Arrivals()
        let port = try await Self.freePort(loop)
        let (sockets, failures) = try await Self.sockets(on: loop, port: port, arrivals)
        #expect(failures.isEmpty)
        let sender = try await DatagramBootstrap(group: loop).bind(host: "127.0.0.1", port: 0).get()
        let target = try SocketAddress(ipAddress: "127.0.0.1", port: Int(port))
        for size in [0, 56, 4000] {
            let data = ByteBuffer(repeating: 7, count: size)
            try await sender.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: data))
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while try await loop.submit({ arrivals.datagrams.count }).get() < 3, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(try await loop.submit { arrivals.datagrams.map(\.count) }.get() == [0, 56, Beacon.largestDatagram])
        let source = BeaconSource.ipv4(try #require(IPv4Address("127.0.0.1")))
        #expect(try await loop.submit { arrivals.sources }.get() == [source, source, source])
        try await sender.close()
        try await loop.submit { sockets.close() }.get()
    }

    /// §12.7: nodes of one machine share the port; somebody who does not share it is told about, and waited for.
    @Test func thePortIsSharedAndATakenOneIsReportedUntilItIsFree() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let port = try await Self.freePort(loop)
        let (first, _) = try await Self.sockets(on: loop, port: port, Arrivals())
        let (second, failures) = try await Self.sockets(on: loop, port: port, Arrivals())
        #expect(failures.isEmpty)
        try await loop.submit { first.close() }.get()
        try await loop.submit { second.close() }.get()

        let holder = try await DatagramBootstrap(group: loop).bind(host: "0.0.0.0", port: Int(port)).get()
        let (late, taken) = try await Self.sockets(on: loop, port: port, Arrivals())
        #expect(taken.keys.sorted() == ["IPv4"])
        try await holder.close()
        #expect(try await loop.flatSubmit { late.update([]) }.get().isEmpty)
        try await loop.submit { late.close() }.get()
    }

    @Test func anInterfaceThatIsNotThereIsReported() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (sockets, _) = try await Self.sockets(on: loop, port: try await Self.freePort(loop), Arrivals())
        let network = BeaconNetwork(name: "pim-none", index: 4_000_000, broadcasts: [], hasIPv6: true)
        let failures = try await loop.flatSubmit { sockets.update([network]) }.get()
        #expect(failures.keys.sorted() == ["IPv6 on pim-none"])
        try await loop.submit { sockets.close() }.get()
    }
}
