internal import PIMCore
public import PIMPlugin
public import PIMRPC
internal import Synchronization

/// The methods this daemon answers. Filled before the control socket opens; the first to register a name keeps it, so a
/// plugin cannot take a method from the daemon.
public final class RPCRegistry: Sendable {
    typealias Handler = @Sendable (_ parameters: [UInt8]) async throws -> [UInt8]

    private struct State {
        var handlers: [String: Handler] = [:]
        var streams = Set(EventStream.hostStreams)
    }

    private let state = Mutex(State())

    public init() {}

    /// Registers one of the daemon's methods.
    ///
    /// The handler runs on the concurrency pool; requests of one client wait for each other, those of different clients do
    /// not. It throws `RPCError` for what clients should tell apart.
    ///
    /// - Returns: Whether the name was free.
    @discardableResult
    public func register<Parameters, Output>(
        _ method: RPCMethod<Parameters, Output>,
        handler: @escaping @Sendable (Parameters) async throws -> Output
    ) -> Bool {
        add(method.name) { text in
            let parameters = try RPCCoding.decodeParameters(Parameters.self, from: text, of: method.name)
            return try RPCCoding.encode(try await handler(parameters))
        }
    }

    /// Registers a plugin's method under its complete name, `<namespace>.<name>`.
    ///
    /// - Returns: Whether the name was free.
    @discardableResult
    public func register(_ method: PluginRPCMethod, as fullName: String) -> Bool {
        add(fullName, method.handle)
    }

    /// Makes a plugin's event stream one that clients can subscribe to.
    public func register(_ stream: EventStream) {
        state.withLock { _ = $0.streams.insert(stream) }
    }

    /// The names of all registered methods, for tests.
    var methodNames: Set<String> { state.withLock { Set($0.handlers.keys) } }

    func handler(of method: String) -> Handler? {
        state.withLock { $0.handlers[method] }
    }

    func hasStream(_ stream: EventStream) -> Bool {
        state.withLock { $0.streams.contains(stream) }
    }

    private func add(_ name: String, _ handler: @escaping Handler) -> Bool {
        state.withLock { state in
            guard state.handlers[name] == nil else { return false }
            state.handlers[name] = handler
            return true
        }
    }
}
