internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMRPC

/// The socket of a client and the calls that wait on it.
final class ClientConnection: Sendable {
    private let path: String
    private let channel: any Channel
    private let pending: PendingCalls

    private init(path: String, channel: any Channel, pending: PendingCalls) {
        self.path = path
        self.channel = channel
        self.pending = pending
    }

    static func open(
        _ path: String, events: AsyncStream<ControlEvent>.Continuation, timeout: Duration, group: any EventLoopGroup
    ) async throws -> ClientConnection {
        let pending = PendingCalls()
        do {
            let channel = try await ClientBootstrap(group: group)
                .connectTimeout(TimeAmount(timeout))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ClientLineHandler(path: path, pending: pending, events: events))
                    }
                }
                .connect(unixDomainSocketPath: path).get()
            return ClientConnection(path: path, channel: channel, pending: pending)
        } catch {
            events.finish()
            throw Self.explain(error, path)
        }
    }

    func call<Parameters, Output>(
        _ method: RPCMethod<Parameters, Output>, _ parameters: Parameters, timeout: Duration
    ) async throws -> Output {
        let result = try await call(method.name, try RPCCoding.encode(parameters), timeout: timeout)
        do {
            return try RPCCoding.decode(Output.self, from: result)
        } catch let error as DecodingError {
            throw ControlClientError(
                .malformed, path: path,
                "the daemon's answer to \(method.name) has another shape: \(RPCCoding.describe(error))")
        }
    }

    func call(_ method: String, _ parameters: [UInt8], timeout: Duration) async throws -> [UInt8] {
        let id = pending.reserve()
        let late = ControlClientError(.timedOut, path: path, "the daemon did not answer \(method) within \(timeout)")
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) { [pending] in
            pending.complete(id, .failure(late))
        }
        defer { deadline.cancel() }
        let request = RPCRequest(id: Array(String(id).utf8), method: method, parameters: parameters)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let closed = ControlClientError(.closed, path: path, "the daemon closed the connection")
                guard pending.wait(for: id, continuation, ifClosed: closed) else { return }
                // A failed write closes the channel, which ends every pending call.
                channel.writeAndFlush(ByteBuffer(bytes: request.line), promise: nil)
            }
        } onCancel: {
            pending.complete(id, .failure(CancellationError()))
        }
    }

    func close() async {
        try? await channel.close().get()
    }

    /// Closes without waiting.
    func drop() {
        channel.close(promise: nil)
    }

    func waitUntilClosed() async {
        try? await channel.closeFuture.get()
    }

    private static func explain(_ error: any Error, _ path: String) -> ControlClientError {
        let reason: String
        switch error {
        case let error as IOError:
            if ControlClientErrno.isAbsence(error.errnoCode) {
                return ControlClientError(.notRunning, path: path, "no daemon listens on \(path)")
            }
            reason = ControlClientErrno.text(error.errnoCode)
        case is SocketAddressError: reason = "the path is too long for a socket"
        case ChannelError.connectTimeout: reason = "the daemon takes no connection"
        default: reason = "\(error)"
        }
        return ControlClientError(.unusable, path: path, "cannot use the control socket \(path): \(reason)")
    }
}
