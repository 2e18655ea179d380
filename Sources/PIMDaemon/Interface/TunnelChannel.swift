internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMHost
internal import PIMWire

/// Reads one queue of the TUN device on the mesh loop, in batches, into a buffer that is used again.
///
/// Writing goes past the channel: a TUN device takes one packet per call and never blocks.
final class TunnelChannel: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Packets of one queue in a turn of the loop; other queues, links and timers have theirs in between.
    private static let batch: UInt = 4
    /// The largest packet of the kernel, and the header in front of it.
    private static let bufferSize = VirtioHeader.byteCount + 65_535 + 7

    private let plane: PacketPlane

    private init(plane: PacketPlane) {
        self.plane = plane
    }

    /// Starts to read every queue. The device stays the caller's: channels read from copies of its descriptors.
    ///
    /// - Throws: What keeps the loop from watching a descriptor.
    static func open(
        _ device: TunnelDevice, for plane: PacketPlane, on loop: any EventLoop
    ) async throws -> [any Channel] {
        var channels: [any Channel] = []
        for descriptor in try device.duplicates() {
            let channel = try await NIOPipeBootstrap(group: loop)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: bufferSize))
                .channelOption(.maxMessagesPerRead, value: batch)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(TunnelChannel(plane: plane))
                    }
                }
                .takingOwnershipOfDescriptor(input: descriptor).get()
            channels.append(channel)
        }
        return channels
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { plane.read($0) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        plane.finishBatch()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The device is gone, or going: whoever closed it knows.
        context.close(promise: nil)
    }
}
