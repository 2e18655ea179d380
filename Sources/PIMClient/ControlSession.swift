internal import PIMCore
public import PIMRPC
internal import Synchronization

/// A client that stays: it connects, subscribes, and does both again whenever the daemon comes back (`spec/rpc.md` §7).
///
/// ```swift
/// let session = ControlSession(path: "/run/pim/pim.sock", name: "my-app/1.0", streams: [.peers, .status])
/// try await withThrowingTaskGroup(of: Void.self) { group in
///     group.addTask { await session.run() }
///     for await update in session.updates {
///         switch update {
///         case .connected: show(try await session.call(RPC.status))
///         case .event(let event): merge(event)
///         case .disconnected(let reason): show(reason)
///         }
///     }
/// }
/// ```
///
/// What a client knows is worth nothing after a gap: every ``Update/connected(_:)`` is the time to ask afresh.
public final class ControlSession: Sendable {
    /// What a reader of ``updates`` learns, in order.
    public enum Update: Sendable {
        /// Connected, introduced and subscribed. Events follow.
        case connected(HelloResult)
        case event(ControlEvent)
        /// The connection ended, or none could be made: once for each change of reason, not for each attempt.
        case disconnected(reason: String)
    }

    /// For one reader. At most 4,096 updates wait; then the oldest go. Ends with ``run()``.
    public let updates: AsyncStream<Update>

    private let path: String
    private let name: String
    private let streams: [EventStream]
    private let logs: LogFilter?
    private let timeout: Duration
    private let sink: AsyncStream<Update>.Continuation
    private let client = Mutex<ControlClient?>(nil)

    /// Connects nothing yet.
    ///
    /// - Parameters:
    ///   - path: Of the socket.
    ///   - name: `<program>/<version>`, for the daemon's log.
    ///   - streams: What to subscribe to, beside `messages.event`, which comes in any case.
    ///   - logs: Which log lines to receive; `nil` for none.
    ///   - timeout: For connecting and for every call that does not say otherwise.
    public init(
        path: String, name: String, streams: [EventStream] = [], logs: LogFilter? = nil,
        timeout: Duration = .seconds(10)
    ) {
        self.path = path
        self.name = name
        self.streams = streams
        self.logs = logs
        self.timeout = timeout
        (updates, sink) = AsyncStream.makeStream(of: Update.self, bufferingPolicy: .bufferingNewest(4096))
    }

    /// Keeps the connection until the task is cancelled. To be called once.
    public func run() async {
        defer { sink.finish() }
        var failures = 0
        var reason: String?
        while !Task.isCancelled {
            do {
                try await serve { failures = 0 }
                reason = "the daemon closed the connection"
                sink.yield(.disconnected(reason: reason ?? ""))
            } catch {
                let text = "\(error)"
                if text != reason { sink.yield(.disconnected(reason: text)) }
                reason = text
            }
            try? await Task.sleep(for: Self.pause(after: failures))
            failures += 1
        }
    }

    /// Calls a method over the present connection. It is not repeated: whether a call that was cut off had an effect, nobody
    /// knows.
    ///
    /// - Throws: `RPCError` as answered, or ``ControlClientError``; `notRunning` while there is no connection.
    public func call<Parameters, Output>(
        _ method: RPCMethod<Parameters, Output>, _ parameters: Parameters, timeout: Duration? = nil
    ) async throws -> Output {
        guard let client = client.withLock({ $0 }) else {
            throw ControlClientError(.notRunning, path: path, "there is no connection to a daemon at \(path)")
        }
        return try await client.call(method, parameters, timeout: timeout)
    }

    /// Calls a method that takes no parameters.
    public func call<Output>(
        _ method: RPCMethod<NoParameters, Output>, timeout: Duration? = nil
    ) async throws -> Output {
        try await call(method, NoParameters(), timeout: timeout)
    }

    /// One connection, from its beginning to its end.
    private func serve(whenConnected: () -> Void) async throws {
        let client = try await ControlClient.connect(to: path, as: name, timeout: timeout)
        defer {
            self.client.withLock { $0 = nil }
        }
        for stream in streams { _ = try await client.call(stream.subscribe) }
        if let logs { _ = try await client.call(RPC.logsSubscribe, logs) }
        self.client.withLock { $0 = client }
        whenConnected()
        sink.yield(.connected(client.daemon))
        for await event in client.events { sink.yield(.event(event)) }
        await client.close()
    }

    /// 500 ms, 1 s, 2 s, 4 s, 4 s, … (`spec/rpc.md` §7).
    static func pause(after failures: Int) -> Duration {
        .milliseconds(500 << min(max(failures, 0), 3))
    }
}
