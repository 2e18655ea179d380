internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import PIMCore
internal import PIMTransport
internal import ServiceLifecycle
internal import Synchronization

/// Answers `GET /metrics` in the text format of Prometheus, on the event loop of the control socket.
///
/// An address that cannot be had keeps no daemon from running: the log says so, and it is tried again.
final class MetricsService: Service {
    private static let retryInterval = Duration.seconds(10)

    private let endpoint: PIMConfiguration.ListenEndpoint
    private let page: MetricsPage
    private let limits: MetricsLimits
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let connections = Atomic<Int>(0)

    init(
        _ endpoint: PIMConfiguration.ListenEndpoint, metrics: DaemonMetrics, eventLoop: any EventLoop, logger: Logger,
        limits: MetricsLimits = MetricsLimits()
    ) {
        self.endpoint = endpoint
        page = MetricsPage { MetricsText.render(try await metrics.families()) }
        self.limits = limits
        self.eventLoop = eventLoop
        self.logger = logger
    }

    func run() async throws {
        var complaint: String?
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                let listener = try await open()
                logger.info("metrics listening", metadata: ["address": "\(endpoint)"])
                try? await gracefulShutdown()
                return try await listener.close()
            } catch {
                let reason = SocketFailure.reason(error)
                if complaint != reason {
                    complaint = reason
                    logger.error(
                        "metrics cannot be asked for", metadata: ["address": "\(endpoint)", "error": "\(reason)"])
                }
            }
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: Self.retryInterval) }
        }
    }

    private func open() async throws -> any Channel {
        try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [self] channel in prepare(channel) }
            .bind(to: endpoint.socketAddress()).get()
    }

    private func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
        let isAdmitted = connections.wrappingAdd(1, ordering: .relaxed).newValue <= limits.connections
        let deadline = channel.eventLoop.scheduleTask(in: limits.connection) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [self] _ in
            connections.wrappingSubtract(1, ordering: .relaxed)
            deadline.cancel()
        }
        guard isAdmitted else { return channel.close() }
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.request
        decoding.maxHeaderListSize = limits.request
        decoding.maxHeaderFieldCount = 100
        return channel.eventLoop.makeCompletedFuture { [page, limits] in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(RequestSizeHandler(limits.request))
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: decoding)
            try pipeline.addHandler(MetricsRequestHandler(page))
        }
    }
}

extension PIMConfiguration.ListenEndpoint {
    fileprivate func socketAddress() throws -> SocketAddress {
        try SocketAddress(ipAddress: "\(address)", port: Int(port))
    }
}

extension MetricsService {
    /// `nil` unless the configuration asks for it.
    convenience init?(
        for daemon: Daemon, answering methods: DaemonMethods, registry: MetricsRegistry, server: ControlSocketServer
    ) {
        guard let endpoint = daemon.configuration.metrics.listen else { return nil }
        self.init(
            endpoint, metrics: DaemonMetrics(methods: methods, registry: registry, server: server),
            eventLoop: methods.resources.socketThread.next(), logger: daemon.logger("metrics"))
    }
}
