import NIOCore
import NIOPosix
import SystemPackage

/// An accepted connection on its way from the loop that accepts to the loop of the links. A channel never changes its
/// loop, so its descriptor travels.
///
/// Whoever holds it last either adopts or closes it, once.
struct DetachedConnection: Sendable {
    private let descriptor: SystemPackage.FileDescriptor

    /// Takes the connection out of a channel that was accepted and not registered yet, and closes the channel.
    ///
    /// - Throws: When there is no descriptor left for it; the connection is closed then.
    init(takenFrom channel: any Channel) throws {
        defer { channel.close(promise: nil) }
        let copy = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            try SystemPackage.FileDescriptor(rawValue: $0).duplicate()
        }
        guard let copy else { throw ChannelError.operationUnsupported }
        descriptor = copy
    }

    /// Makes it a channel of `loop`, which owns it from then on.
    ///
    /// - Parameter initializer: Called before the channel reads; when it throws, the channel is closed.
    func adopt(
        on loop: any EventLoop, initializer: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: loop)
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try initializer(channel) } }
            .withConnectedSocket(descriptor.rawValue)
    }

    func close() {
        try? descriptor.close()
    }
}
