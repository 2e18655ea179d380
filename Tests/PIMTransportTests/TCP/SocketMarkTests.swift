import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import PIMTransport

#if os(Linux)
    import Glibc

    @Suite(.enabled(if: geteuid() == 0, "needs CAP_NET_ADMIN"))
    struct SocketMarkTests {
        private static let option = ChannelOptions.Types.SocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: 36))

        private static func mark(of channel: any Channel) async throws -> SocketOptionValue {
            try await channel.getOption(option).get()
        }

        @Test func listenersAreMarkedSoThatTheFirstAnswerIs() async throws {
            var configuration = TCPConfiguration()
            configuration.mark = 0x5049_4d00
            let node = TCPNode(Fixtures.alice, configuration: configuration)
            try await TCPNode.with(node) {
                _ = try await node.transport.listen(host: "127.0.0.1", port: 0)
                let listener = try #require(
                    try await node.transport.loop.submit { node.transport.listeners.first }.get())
                #expect(try await Self.mark(of: listener) == 0x5049_4d00)
            }
        }

        @Test func aConnectionIsMarkedBeforeItIsMade() async throws {
            let group = MultiThreadedEventLoopGroup.singleton
            let server = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
            let address = try #require(server.localAddress)
            let channel = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    SocketTuning.setMark(77, on: channel)
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                .connect(to: address).get()
            #expect(try await Self.mark(of: channel) == 77)
            try await channel.close()
            try await server.close()
        }
    }
#endif
