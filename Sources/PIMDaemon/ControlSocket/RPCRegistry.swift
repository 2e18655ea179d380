internal import PIMCore
public import PIMPlugin
public import PIMRPC
internal import Synchronization

/// The methods this daemon answers. Filled before the control socket opens; the first to register a name keeps it, so a
/// plugin cannot take a method from the daemon.
public final class RPCRegistry: Sendable {
    typealias Handler = @Sendable (_ parameters: [UInt8]) async throws -> [UInt8]

    /// What is known of one method.
    struct Method: Sendable {
        var lane: RequestLane
        var handle: Handler
    }

    private struct State {
        var methods: [String: Method] = [:]
        var streams = Set(EventStream.hostStreams)
    }

    private let state = Mutex(State())

    public init() {}

    /// Registers one of the daemon's methods.
    ///
    /// The handler runs on the concurrency pool; requests of one client wait for each other, those of different clients do
    /// not. It throws `RPCError` for what clients should tell apart.
    ///
    /// - Parameter waitsForOthers: Whether it takes as long as somebody else likes and nothing depends on its order, so that
    ///   later requests of the client need not wait for it.
    /// - Returns: Whether the name was free.
    @discardableResult
    public func register<Parameters, Output>(
        _ method: RPCMethod<Parameters, Output>, waitsForOthers: Bool = false,
        handler: @escaping @Sendable (Parameters) async throws -> Output
    ) -> Bool {
        add(method.name, waitsForOthers ? .none : .daemon) { text in
            let parameters = try RPCCoding.decodeParameters(Parameters.self, from: text, of: method.name)
            return try RPCCoding.encode(try await handler(parameters))
        }
    }

    /// Registers a plugin's method under its complete name, `<namespace>.<name>`.
    ///
    /// - Returns: Whether the name was free.
    @discardableResult
    public func register(_ method: PluginRPCMethod, as fullName: String) -> Bool {
        add(fullName, .namespace(String(fullName.prefix { $0 != "." })), method.handle)
    }

    /// Makes a plugin's event stream one that clients can subscribe to.
    public func register(_ stream: EventStream) {
        state.withLock { _ = $0.streams.insert(stream) }
    }

    /// The names of all registered methods, for tests.
    var methodNames: Set<String> { state.withLock { Set($0.methods.keys) } }

    func method(_ name: String) -> Method? {
        state.withLock { $0.methods[name] }
    }

    /// The name that was probably meant.
    func suggestion(for name: String) -> String? {
        let (methods, streams) = state.withLock { ($0.methods.keys, $0.streams) }
        let names =
            methods + streams.flatMap { [$0.subscribe.name, $0.unsubscribe.name] } + [RPC.hello.name]
        return KnownWords.nearest(to: name, among: names)
    }

    func hasStream(_ stream: EventStream) -> Bool {
        state.withLock { $0.streams.contains(stream) }
    }

    private func add(_ name: String, _ lane: RequestLane, _ handler: @escaping Handler) -> Bool {
        state.withLock { state in
            guard state.methods[name] == nil else { return false }
            state.methods[name] = Method(lane: lane, handle: handler)
            return true
        }
    }
}
