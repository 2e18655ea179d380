internal import NIOCore
internal import PIMCore
internal import PIMRPC

/// Reads what the daemon sends: answers go to the calls that wait, notifications to the stream of events.
final class ClientLineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// The longest line accepted: a full page of message history with every character escaped fits.
    static let maximumLineLength = 64 * 1_048_576

    private let path: String
    private let pending: PendingCalls
    private let events: AsyncStream<ControlEvent>.Continuation
    private var framer = LineFramer(maximumLength: ClientLineHandler.maximumLineLength)
    /// Why the connection ends, when this side knows better than "closed".
    private var reason: (any Error)?

    init(path: String, pending: PendingCalls, events: AsyncStream<ControlEvent>.Continuation) {
        self.path = path
        self.pending = pending
        self.events = events
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        framer.append(unwrapInboundIn(data).readableBytesView)
        do {
            while let line = try framer.next() { handle(line) }
        } catch {
            reason = ControlClientError(.malformed, path: path, "the daemon sent what is no answer: \(error)")
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        pending.close(reason ?? ControlClientError(.closed, path: path, "the daemon closed the connection"))
        events.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func handle(_ line: [UInt8]) {
        // What cannot be read is skipped: its call runs into its deadline, the others are not disturbed.
        guard let inbound = try? RPCInbound(parsing: line) else { return }
        switch inbound {
        case .response(let id, let result): pending.complete(id, result.mapError { $0 as any Error })
        case .notification(let method, let parameters):
            events.yield(ControlEvent(method: method, parameters: parameters))
        case .refusal(let error):
            // Nothing of ours is unreadable, so it is the connection that was refused.
            reason = error
        }
    }
}
