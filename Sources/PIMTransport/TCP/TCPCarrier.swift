import NIOCore
import NIOPosix
import PIMCore

/// A TCP connection as carrier of a link: the only handler in the channel's pipeline.
///
/// Owned by the pipeline, so it goes when the channel has closed.
final class TCPCarrier: ChannelInboundHandler, LinkCarrier {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let endpoint: LinkEndpoint
    private let scheduler: FlushScheduler
    private let loop: any EventLoop
    /// Present while the channel is open.
    private var context: ChannelHandlerContext?
    private var window = ReceiveWindow()
    private var drain = DrainRate()
    private var isResting = false
    private var hasFailed = false
    private var hasEnded = false
    private var lingerTimer: LinkTimer?

    init(endpoint: LinkEndpoint, scheduler: FlushScheduler) {
        self.endpoint = endpoint
        self.scheduler = scheduler
        loop = scheduler.loop
    }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    private func start(_ context: ChannelHandlerContext) {
        endpoint.opened(over: self)
        // Diallers connect without reading, so that nothing arrives before this handler does.
        try? context.channel.syncOptions?.setOption(.autoRead, value: true)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let change = window.noteRead(isFull: SocketTuning.isFullRead(bytes)) {
            SocketTuning.apply(change, to: context.channel)
        }
        endpoint.received(bytes)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        let now = MonotonicTime.onLoops
        if drain.noteWritable(isBacklogged: endpoint.queuedBytes > 0, at: now) {
            SocketTuning.limitBacklog(of: context.channel, to: drain.allowance)
            endpoint.limitBacklog(to: drain.allowance)
        }
        endpoint.becameWritable()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasFailed = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
    }

    /// The only sign from a channel that closes before it was active.
    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        context = nil
        lingerTimer?.cancel()
        let reason: LinkCloseReason = hasFailed ? .connectionFailed : .endedByPeer
        // Closing may have been asked for from inside a call of the endpoint's observer, which is not to be interrupted.
        loop.assumeIsolated().execute { [endpoint, self] in
            withExtendedLifetime(self) { endpoint.ended(reason) }
        }
    }

    // MARK: LinkCarrier

    var isConfined: Bool { loop.inEventLoop }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ chunk: ByteBuffer) {
        guard let context else { return }
        drain.noteWritten(chunk.readableBytes)
        context.write(wrapOutboundOut(chunk), promise: nil)
        scheduler.pool.give(chunk)
    }

    func flush() {
        context?.flush()
    }

    func requestFlush(yielding: Bool) {
        scheduler.request(endpoint, yielding: yielding)
    }

    func rest(for pause: Duration) {
        guard !isResting, let channel = context?.channel else { return }
        isResting = true
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        _ = schedule(after: pause) { [weak self] in
            self?.isResting = false
            try? self?.context?.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }

    func finish(linger: Duration) {
        guard let context else { return }
        // Behind everything that was written. What is still unread would turn a plain close into a reset, which may
        // destroy the last frames at the other end: so the stream ends first, and the other end closes.
        let written = loop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
        written.futureResult.assumeIsolated().whenSuccess { [weak self] in
            self?.context?.close(mode: .output, promise: nil)
        }
        lingerTimer = schedule(after: linger) { [weak self] in self?.abort() }
    }

    func abort() {
        context?.close(mode: .all, promise: nil)
    }

    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> LinkTimer {
        let task = loop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { work() }
        return LinkTimer { task.cancel() }
    }
}
