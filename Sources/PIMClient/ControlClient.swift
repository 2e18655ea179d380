public import NIOCore
public import NIOPosix
internal import PIMCore
public import PIMRPC

/// A typed client of a daemon's control socket (`spec/rpc.md`).
///
/// Calls may be made from any task; the daemon answers those of one client in order. A call that is not answered in time,
/// or whose task is cancelled, throws; its late answer is discarded.
public final class ControlClient: Sendable {
    /// What the daemon said to `rpc.hello`.
    public let daemon: HelloResult
    /// The events this connection receives, from the connection on, for one reader. At most 4,096 wait; then the oldest go.
    /// Ends with the connection.
    public let events: AsyncStream<ControlEvent>

    private let connection: ClientConnection
    private let timeout: Duration

    /// Connects and introduces itself.
    ///
    /// - Parameters:
    ///   - path: Of the socket.
    ///   - name: `<program>/<version>`, for the daemon's log.
    ///   - timeout: For connecting and for every call that does not say otherwise.
    /// - Throws: ``ControlClientError``, `notRunning` when there is no daemon; `RPCError` when it refuses this client.
    public static func connect(
        to path: String, as name: String, timeout: Duration = .seconds(10),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> ControlClient {
        let (events, sink) = AsyncStream.makeStream(of: ControlEvent.self, bufferingPolicy: .bufferingNewest(4096))
        let connection = try await ClientConnection.open(path, events: sink, timeout: timeout, group: group)
        do {
            let daemon = try await connection.call(RPC.hello, HelloParameters(client: name), timeout: timeout)
            return ControlClient(daemon: daemon, events: events, connection: connection, timeout: timeout)
        } catch {
            await connection.close()
            throw error
        }
    }

    private init(
        daemon: HelloResult, events: AsyncStream<ControlEvent>, connection: ClientConnection, timeout: Duration
    ) {
        self.daemon = daemon
        self.events = events
        self.connection = connection
        self.timeout = timeout
    }

    deinit { connection.drop() }

    /// Calls a method.
    ///
    /// - Throws: `RPCError` as answered by the daemon, or ``ControlClientError``.
    public func call<Parameters, Output>(
        _ method: RPCMethod<Parameters, Output>, _ parameters: Parameters, timeout: Duration? = nil
    ) async throws -> Output {
        try await connection.call(method, parameters, timeout: timeout ?? self.timeout)
    }

    /// Calls a method that takes no parameters.
    public func call<Output>(
        _ method: RPCMethod<NoParameters, Output>, timeout: Duration? = nil
    ) async throws -> Output {
        try await call(method, NoParameters(), timeout: timeout)
    }

    /// Calls a method by name with parameters and result as JSON text, for methods without a descriptor at hand.
    public func call(
        method: String, parameters: [UInt8] = RPCRequest.null, timeout: Duration? = nil
    ) async throws -> [UInt8] {
        try await connection.call(method, parameters, timeout: timeout ?? self.timeout)
    }

    /// Closes the connection; calls that wait throw `closed`.
    public func close() async {
        await connection.close()
    }

    /// Waits until the daemon has closed the connection.
    public func waitUntilClosed() async {
        await connection.waitUntilClosed()
    }
}
