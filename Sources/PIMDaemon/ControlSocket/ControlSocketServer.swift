public import Logging
public import NIOCore
internal import NIOPosix
public import PIMCore
internal import PIMHost
internal import PIMRPC
public import ServiceLifecycle
internal import Synchronization

/// The control socket: local programs talk JSON-RPC to the daemon here (`spec/rpc.md`).
///
/// Connections live on the event loop it is given; methods run on the concurrency pool. A client can delay only itself: its
/// requests wait for each other, its lines and its unread output are bounded, and there are at most 64 clients.
public final class ControlSocketServer: Service {
    private typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Where the socket is.
    public let path: String
    private let registry: RPCRegistry
    private let events: EventHub
    private let logs: LogStream
    private let daemonName: String
    private let access: ClientAccess
    private let limits: ControlSocketLimits
    private let logger: Logger
    private let eventLoop: any EventLoop

    private let listening = Mutex<ListeningSocket?>(nil)
    private let connections = Mutex<[ObjectIdentifier: ControlConnection]>([:])

    /// - Parameters:
    ///   - version: Of the daemon, for `rpc.hello`.
    ///   - eventLoop: Not the one frames are forwarded on.
    public convenience init(
        path: String, registry: RPCRegistry, events: EventHub, logs: LogStream, version: String, logger: Logger,
        eventLoop: any EventLoop
    ) {
        self.init(
            path: path, registry: registry, events: events, logs: logs, version: version, logger: logger,
            eventLoop: eventLoop, access: ClientAccess())
    }

    init(
        path: String, registry: RPCRegistry, events: EventHub, logs: LogStream, version: String, logger: Logger,
        eventLoop: any EventLoop, access: ClientAccess, limits: ControlSocketLimits = ControlSocketLimits()
    ) {
        self.access = access
        self.path = path
        self.registry = registry
        self.events = events
        self.logs = logs
        self.daemonName = "pim-daemon/\(version)"
        self.limits = limits
        self.logger = logger
        self.eventLoop = eventLoop
    }

    /// The clients that are connected now.
    var clientCount: Int { connections.withLock { $0.count } }

    /// Claims the socket's name; clients that connect from now on wait until ``run()`` accepts them. Optional and
    /// repeatable: a daemon does it early, so that a second one on the same socket fails before it touches anything.
    ///
    /// - Throws: `PIMError`; it names the process that has the socket.
    public func bind() throws(PIMError) {
        try listening.withLock { listening throws(PIMError) in
            if listening == nil { listening = try ListeningSocket.claim(path, group: access.group) }
        }
    }

    /// Serves clients until graceful shutdown or cancellation. On graceful shutdown, requests that were received are
    /// answered, for at most a second; the socket's name is removed in any case.
    public func run() async throws {
        try bind()
        guard let listening = listening.withLock({ $0 }), let descriptor = listening.takeDescriptor() else { return }
        defer { listening.remove() }
        let server = try await ServerBootstrap(group: eventLoop)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { channel in
                channel.eventLoop.makeCompletedFuture { try Client(wrappingChannelSynchronously: channel) }
            }
        logger.info("rpc listening", metadata: ["socket": .string(path)])

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.accept(from: server) }
            group.addTask { try await self.inspectClients() }
            group.addTask {
                try await gracefulShutdown()
                listening.remove()
                try? await server.channel.close()
                for connection in self.connections.withLock({ Array($0.values) }) { connection.stopReading() }
                try await Task.sleep(for: self.limits.farewell)
                throw CancellationError()
            }
            defer { group.cancelAll() }
            do {
                // Accepting ends when the last client is gone; the others only by cancellation.
                try await group.next()
            } catch is CancellationError {
                return
            }
        }
    }

    private func accept(from server: NIOAsyncChannel<Client, Never>) async throws {
        try await server.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { group in
                for try await client in clients {
                    group.addTask { await self.serve(client) }
                }
            }
        }
    }

    private func serve(_ client: Client) async {
        if let refusal = await refusal(of: client) {
            logger.warning("control socket client refused", metadata: ["reason": "\(refusal)"])
            return await refuse(client, RPCError(.accessDenied, refusal))
        }
        let connection = ControlConnection(
            channel: client.channel, registry: registry, events: events, logs: logs, daemonName: daemonName,
            limits: limits)
        let id = ObjectIdentifier(connection)
        let isAdmitted = connections.withLock { connections in
            guard connections.count < limits.clients else { return false }
            connections[id] = connection
            return true
        }
        guard isAdmitted else {
            logger.warning("control socket client refused", metadata: ["clients": .stringConvertible(limits.clients)])
            return await refuse(client, RPCError(.notReady, "the daemon has \(limits.clients) clients already"))
        }
        await connection.serve(client)
        connections.withLock { _ = $0.removeValue(forKey: id) }
    }

    /// Why the client may not use the socket; `nil` when it may.
    private func refusal(of client: Client) async -> String? {
        #if os(Linux)
            guard let credentials = await PeerCredentials.of(client.channel) else {
                return "the kernel does not say whose client this is"
            }
            return access.admits(credentials) ? nil : access.refusal(of: credentials)
        #else
            // The mode of the socket decides.
            return nil
        #endif
    }

    private func refuse(_ client: Client, _ error: RPCError) async {
        let line = RPCLine.failure(id: RPCRequest.null, error)
        try? await client.executeThenClose { inbound, outbound in
            // One line fits the socket's buffer whether or not the client reads.
            try await outbound.write(ByteBuffer(bytes: line))
            // Closing with bytes unread would reset the connection and could take the answer with it.
            let channel = client.channel
            let deadline = channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
            var unread = 0
            for try await buffer in inbound {
                unread += buffer.readableBytes
                if unread > limits.lineLength { break }
            }
            deadline.cancel()
        }
    }

    private func inspectClients() async throws {
        while true {
            try await Task.sleep(for: limits.inspection)
            let now = ContinuousClock.now
            for connection in connections.withLock({ Array($0.values) }) where connection.isOverdue(at: now) {
                logger.warning("control socket client closed: it does not read or never introduced itself")
                connection.channel.close(promise: nil)
            }
        }
    }
}
