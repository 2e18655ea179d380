import NIOCore
import NIOPosix

/// A TCP client that is no mesh node: it sends what it is told and notices when it is thrown out.
struct RawPeer: Sendable {
    private let channel: any Channel

    /// - Parameter source: The address to come from; Linux has all of 127.0.0.0/8.
    init(port: Int, from source: String? = nil) async throws {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let source { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0)) }
        channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    var isOpen: Bool { channel.isActive }

    func close() async throws { try await channel.close() }

    /// Returns when the other end has closed the connection.
    func untilClosed() async throws { try await channel.closeFuture.get() }
}
