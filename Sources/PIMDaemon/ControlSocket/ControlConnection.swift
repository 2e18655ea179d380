internal import NIOCore
internal import PIMCore
internal import PIMHost
internal import PIMRPC
internal import Synchronization

/// One client of the control socket. Its requests are answered one after another, in order; its writer and its log feed run
/// beside them.
final class ControlConnection: Sendable {
    let channel: any Channel
    private let registry: RPCRegistry
    private let events: EventHub
    private let daemonName: String
    private let limits: ControlSocketLimits
    private let outbox: ClientOutbox
    private let logFeed: ClientLogFeed
    private let session = Mutex(ClientSession())
    private let accepted = ContinuousClock.now
    /// Since when one write has been waiting for the client.
    private let writingSince = Mutex<ContinuousClock.Instant?>(nil)

    init(
        channel: any Channel, registry: RPCRegistry, events: EventHub, logs: LogStream, daemonName: String,
        limits: ControlSocketLimits
    ) {
        self.channel = channel
        self.registry = registry
        self.events = events
        self.daemonName = daemonName
        self.limits = limits
        outbox = ClientOutbox(limits: limits.outgoing)
        logFeed = ClientLogFeed(logs: logs, outbox: outbox)
    }

    /// Serves the client until one of both closes. Everything received before the client's end of stream is answered
    /// (`spec/scenarios.md` RPC-0). Cancelling the task closes the connection at once.
    func serve(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        let client = events.attach(outbox)
        defer {
            events.detach(client)
            outbox.finish()
        }
        // A client that is gone is no failure of anybody; there is nothing to report.
        try? await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await self.read(inbound)
                    return false
                }
                group.addTask {
                    try await self.write(outbound)
                    return true
                }
                group.addTask {
                    await self.logFeed.run()
                    return false
                }
                while let isWriter = try await group.next(), !isWriter {}
                group.cancelAll()
            }
        }
    }

    /// Takes no further requests; the connection ends when the ones received are answered.
    func stopReading() {
        channel.close(mode: .input, promise: nil)
    }

    /// Whether the client has to go: it never introduced itself, or it does not read.
    func isOverdue(at now: ContinuousClock.Instant) -> Bool {
        if let since = writingSince.withLock({ $0 }), now - since > limits.stall { return true }
        return now - accepted > limits.greeting && !session.withLock { $0.isOpen }
    }

    private func read(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws {
        defer { outbox.finish() }
        var framer = LineFramer(maximumLength: limits.lineLength)
        var iterator = inbound.makeAsyncIterator()
        do {
            while let buffer = try await iterator.next() {
                framer.append(buffer.readableBytesView)
                while let line = try framer.next() { await answer(line) }
            }
            if let line = try framer.finish() { await answer(line) }
        } catch LineFramer.Failure.notUTF8 {
            // No answer: there is no telling what the client would make of it (`spec/rpc.md` §1.3).
        } catch LineFramer.Failure.tooLong {
            let error = RPCError(.parseError, "parse error: a line longer than \(limits.lineLength) bytes")
            outbox.answer(RPCLine.failure(id: RPCRequest.null, error))
            outbox.finish()
            // Closing with bytes unread would reset the connection and could take the answer with it.
            let deadline = channel.eventLoop.scheduleTask(in: .seconds(1)) { [channel] in
                channel.close(mode: .input, promise: nil)
            }
            while try await iterator.next() != nil {}
            deadline.cancel()
        }
    }

    private func write(_ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        try await outbox.drain { bytes in
            writingSince.withLock { $0 = .now }
            try await outbound.write(ByteBuffer(bytes: bytes))
            writingSince.withLock { $0 = nil }
        }
        // Closing drops what the socket has not taken yet; an empty write is done when everything before it is.
        writingSince.withLock { $0 = .now }
        try await channel.writeAndFlush(ByteBuffer()).get()
        writingSince.withLock { $0 = nil }
    }

    private func answer(_ line: [UInt8]) async {
        await outbox.waitForRoom()
        do {
            let request = try RPCRequest(parsing: line)
            do {
                let result = try await result(of: request)
                outbox.answer(RPCLine.success(id: request.id, result: result.isEmpty ? RPCRequest.null : result))
            } catch {
                outbox.answer(RPCLine.failure(id: request.id, RPCError(answering: error, to: request.method)))
            }
        } catch {
            outbox.answer(RPCLine.failure(id: RPCRequest.null, error))
        }
    }

    private func result(of request: RPCRequest) async throws -> [UInt8] {
        if request.method == RPC.hello.name { return try greet(request) }
        guard session.withLock({ $0.isOpen }) else {
            throw RPCError(.invalidRequest, "\(request.method): rpc.hello must come first")
        }
        if let result = try subscriptionResult(of: request) { return result }
        guard let handler = registry.handler(of: request.method) else {
            throw RPCError(.methodNotFound, "unknown method “\(request.method)”")
        }
        return try await handler(request.parameters)
    }

    private func greet(_ request: RPCRequest) throws -> [UInt8] {
        let parameters = try RPCCoding.decodeParameters(
            HelloParameters.self, from: request.parameters, of: request.method)
        if let version = parameters.rpcVersion, version != RPC.version {
            throw RPCError(
                .versionMismatch, "rpc.hello: this daemon speaks version \(RPC.version), not \(version)")
        }
        session.withLock { $0.open() }
        outbox.setInterest(true, in: .messages)
        return try RPCCoding.encode(HelloResult(daemon: daemonName, pid: ProcessProbe.ownPID))
    }

    /// Answers `<stream>.subscribe` and `.unsubscribe`; `nil` for any other method.
    private func subscriptionResult(of request: RPCRequest) throws -> [UInt8]? {
        guard let dot = request.method.lastIndex(of: ".") else { return nil }
        let stream = EventStream(namespace: String(request.method[..<dot]))
        guard registry.hasStream(stream) else { return nil }
        switch request.method {
        case stream.subscribe.name: return try subscribe(stream, request)
        case stream.unsubscribe.name:
            let reference = try RPCCoding.decodeParameters(
                SubscriptionReference.self, from: request.parameters, of: request.method)
            unsubscribe(stream, id: reference.subscriptionID)
            return RPCRequest.null
        default: return nil
        }
    }

    private func subscribe(_ stream: EventStream, _ request: RPCRequest) throws -> [UInt8] {
        let filter =
            stream == .logs
            ? try RPCCoding.decodeParameters(LogFilter.self, from: request.parameters, of: request.method) : nil
        let number = events.makeSubscriptionNumber()
        let ended = session.withLock { $0.subscribe(stream, number: number) }
        let id = ClientSession.identifier(number)
        guard let filter else {
            outbox.setInterest(true, in: stream)
            return try RPCCoding.encode(Subscription(subscriptionID: id))
        }
        if let ended { logFeed.unsubscribe(ended) }
        return try RPCCoding.encode(LogSubscription(subscriptionID: id, history: logFeed.subscribe(number, filter)))
    }

    private func unsubscribe(_ stream: EventStream, id: String?) {
        let (ended, isSubscribed) = session.withLock { session in
            (session.unsubscribe(stream, id: id), session.isSubscribed(to: stream))
        }
        if stream == .logs {
            if let ended { logFeed.unsubscribe(ended) }
        } else if !isSubscribed, !stream.reachesEveryConnection {
            outbox.setInterest(false, in: stream)
        }
    }
}
