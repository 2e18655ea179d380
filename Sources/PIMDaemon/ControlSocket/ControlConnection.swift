internal import NIOCore
internal import PIMCore
internal import PIMHost
internal import PIMRPC
internal import Synchronization

/// One client of the control socket. Its requests are answered in order within each ``RequestLane``; its writer and its log
/// feed run beside them.
final class ControlConnection: Sendable {
    let channel: any Channel
    private let registry: RPCRegistry
    private let events: EventHub
    private let daemonName: String
    private let limits: ControlSocketLimits
    private let outbox: ClientOutbox
    private let logFeed: ClientLogFeed
    private let session = Mutex(ClientSession())
    private let slots: RequestSlots
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
        slots = RequestSlots(count: limits.requests)
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
        // What is worked on when the client has said its last word is still answered.
        try await withThrowingDiscardingTaskGroup { group in
            var lanes: [RequestLane: AsyncStream<RPCCall>.Continuation] = [:]
            defer { for lane in lanes.values { lane.finish() } }
            try await readLines(inbound) { line in
                await outbox.waitForRoom()
                let call: RPCCall
                do throws(RPCError) {
                    call = try RPCCall(parsing: line)
                } catch {
                    return outbox.answer(RPCLine.failure(id: RPCRequest.null, error))
                }
                // The gate opens before anything behind it is looked at; what comes before is refused in its turn.
                guard !call.isGreeting else { return await answer(call) }
                await slots.take()
                let lane = lane(of: call)
                guard lane != .none else {
                    group.addTask { await self.work(on: call) }
                    return
                }
                if lanes[lane] == nil {
                    let (calls, queue) = AsyncStream.makeStream(of: RPCCall.self)
                    lanes[lane] = queue
                    group.addTask { for await call in calls { await self.work(on: call) } }
                }
                lanes[lane]?.yield(call)
            }
        }
    }

    private func readLines(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ take: ([UInt8]) async -> Void
    ) async throws {
        var framer = LineFramer(maximumLength: limits.lineLength)
        var iterator = inbound.makeAsyncIterator()
        do {
            while let buffer = try await iterator.next() {
                framer.append(buffer.readableBytesView)
                while let line = try framer.next() { await take(line) }
            }
            if let line = try framer.finish() { await take(line) }
        } catch LineFramer.Failure.notUTF8 {
            // No answer: there is no telling what the client would make of it (`spec/rpc.md` §1.3).
        } catch LineFramer.Failure.tooLong {
            let error = RPCError(.parseError, "parse error: a line longer than \(limits.lineLength) bytes")
            outbox.answer(RPCLine.failure(id: RPCRequest.null, error))
            // Closing with bytes unread would reset the connection and could take the answer with it.
            let deadline = channel.eventLoop.scheduleTask(in: .seconds(1)) { [channel] in
                channel.close(mode: .input, promise: nil)
            }
            var unread = 0
            while unread <= limits.lineLength, let buffer = try await iterator.next() {
                unread += buffer.readableBytes
            }
            deadline.cancel()
        }
    }

    /// Batches go with the daemon's own methods: they may mix everything.
    private func lane(of call: RPCCall) -> RequestLane {
        guard case .single(let request) = call else { return .daemon }
        return registry.method(request.method)?.lane ?? .daemon
    }

    private func work(on call: RPCCall) async {
        // Nothing is done for a client that does not take what is done.
        await outbox.waitForRoom()
        await answer(call)
        slots.give()
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

    private func answer(_ call: RPCCall) async {
        switch call {
        case .single(let request): outbox.answer(await answer(to: request))
        case .batch(let entries):
            var answers: [[UInt8]] = []
            var room = limits.batchAnswer
            for entry in entries {
                let answer: [UInt8]
                switch entry {
                case .failure(let error): answer = RPCLine.failure(id: RPCRequest.null, error)
                case .success(let request) where room <= 0:
                    let error = RPCError(
                        .notReady, "\(request.method): the answers of this batch are too large together")
                    answer = RPCLine.failure(id: request.id, error)
                case .success(let request): answer = await self.answer(to: request)
                }
                room -= answer.count
                answers.append(answer)
            }
            outbox.answer(RPCLine.batch(answers))
        }
    }

    private func answer(to request: RPCRequest) async -> [UInt8] {
        do {
            let result = try await result(of: request)
            return RPCLine.success(id: request.id, result: result.isEmpty ? RPCRequest.null : result)
        } catch {
            return RPCLine.failure(id: request.id, RPCError(answering: error, to: request.method))
        }
    }

    private func result(of request: RPCRequest) async throws -> [UInt8] {
        if request.method == RPC.hello.name { return try greet(request) }
        guard session.withLock({ $0.isOpen }) else {
            throw RPCError(.invalidRequest, "\(request.method): rpc.hello must come first")
        }
        if let result = try subscriptionResult(of: request) { return result }
        guard let method = registry.method(request.method) else {
            let hint = registry.suggestion(for: request.method)
            throw RPCError(
                .methodNotFound, "unknown method “\(request.method)”" + (hint.map { "; did you mean “\($0)”?" } ?? ""),
                data: hint.map { .object(["suggestion": .string($0)]) })
        }
        let parameters = request.parameters
        return try await abandonable { try await method.handle(parameters) }
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

extension RPCCall {
    fileprivate var isGreeting: Bool {
        guard case .single(let request) = self else { return false }
        return request.method == RPC.hello.name
    }
}
