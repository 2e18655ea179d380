import NIOCore

/// Turns connections away right behind `accept`, before anything is set up for them: under a flood that is what most
/// connections get, and a newcomer stands in the same queue of the kernel behind them.
///
/// Confined to the loop of its listener.
final class AdmissionHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let admits: (any Channel) -> Bool

    init(admits: @escaping (any Channel) -> Bool) {
        self.admits = admits
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        if admits(connection) { context.fireChannelRead(data) } else { connection.close(promise: nil) }
    }
}
