internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMHost
internal import PIMWire

/// Reads one queue of the TUN device on the mesh loop, in batches.
///
/// The loop tells when there is something, and reads the first packet; what follows is read here, for the loop takes any
/// read that does not fill its buffer for the last one. Writing goes past the channel: a TUN device takes one packet per
/// call and never blocks.
final class TunnelChannel: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Bytes of one queue in a turn of the loop: one super-packet, or many small packets. Other queues, links and timers
    /// have their turns in between.
    private static let batchBytes = 64 << 10
    /// The largest packet of the kernel, and the header in front of it.
    private static let bufferSize = VirtioHeader.byteCount + 65_535 + 7

    private let device: TunnelDevice
    private let queue: Int
    private let plane: PacketPlane
    private var bytesRead = 0

    private init(device: TunnelDevice, queue: Int, plane: PacketPlane) {
        self.device = device
        self.queue = queue
        self.plane = plane
    }

    /// Starts to read every queue. The device stays the caller's: channels watch copies of its descriptors.
    ///
    /// - Throws: What keeps the loop from watching a descriptor; nothing is watched then.
    static func open(
        _ device: TunnelDevice, for plane: PacketPlane, on loop: any EventLoop
    ) async throws -> [any Channel] {
        var channels: [any Channel] = []
        do {
            for (queue, descriptor) in try device.duplicates().enumerated() {
                let bootstrap = NIOPipeBootstrap(group: loop)
                    .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: bufferSize))
                    .channelOption(.maxMessagesPerRead, value: 1)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            let handler = TunnelChannel(device: device, queue: queue, plane: plane)
                            try channel.pipeline.syncOperations.addHandler(handler)
                        }
                    }
                channels.append(try await bootstrap.takingOwnershipOfDescriptor(input: descriptor).get())
            }
        } catch {
            for channel in channels { try? await channel.close().get() }
            throw error
        }
        return channels
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let packet = unwrapInboundIn(data)
        bytesRead += packet.readableBytes
        packet.withUnsafeReadableBytes { plane.read($0) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        while bytesRead > 0, bytesRead < Self.batchBytes, let count = plane.readFurther(queue) { bytesRead += count }
        bytesRead = 0
        plane.finishBatch()
    }

    func channelInactive(context: ChannelHandlerContext) {
        plane.queueClosed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
