internal import NIOCore

/// What strangers may take of the metrics endpoint.
struct MetricsLimits: Sendable {
    var connections = 16
    /// Bytes of one request, its body included.
    var request = 8192
    /// From the connection's first moment to its last.
    var connection = TimeAmount.seconds(10)
}

/// Closes a connection that sends more than a request has.
final class RequestSizeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var left: Int

    init(_ limit: Int) {
        left = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        guard left >= 0 else { return context.close(promise: nil) }
        context.fireChannelRead(data)
    }
}
