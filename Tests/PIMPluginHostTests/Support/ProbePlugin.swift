import PIMPlugin
import Synchronization

/// A plugin whose every method is the test's.
final class ProbePlugin: DaemonPlugin {
    let name: String
    let payloadKinds: [String]
    var failurePolicy: PluginFailurePolicy { policy }
    let concurrency: PluginConcurrency
    let rpcNamespace: String
    let rpcMethods: [PluginRPCMethod]
    let requestsSigningSeed: Bool

    private let policy: PluginFailurePolicy
    private let onCheck: @Sendable (PluginConfiguration) throws -> Void
    private let onStart: @Sendable (PluginContext) async throws -> Void
    private let onPayload: @Sendable (InboundPayload) async throws -> Void
    private let onForget: @Sendable (PeerForgotten) async throws -> ForgetSummary
    private let onShutdown: @Sendable () async -> Void
    private let given = Mutex<PluginContext?>(nil)
    private let received = Mutex<[InboundPayload]>([])

    init(
        _ name: String, kinds: [String]? = nil, policy: PluginFailurePolicy = .required,
        concurrency: PluginConcurrency = .serial, namespace: String? = nil, methods: [PluginRPCMethod] = [],
        requestsSigningSeed: Bool = false,
        check: @escaping @Sendable (PluginConfiguration) throws -> Void = { _ in },
        start: @escaping @Sendable (PluginContext) async throws -> Void = { _ in },
        forget: @escaping @Sendable (PeerForgotten) async throws -> ForgetSummary = { _ in ForgetSummary() },
        shutdown: @escaping @Sendable () async -> Void = {},
        payload: @escaping @Sendable (InboundPayload) async throws -> Void = { _ in }
    ) {
        self.name = name
        payloadKinds = kinds ?? ["\(name).msg"]
        self.policy = policy
        self.concurrency = concurrency
        rpcNamespace = namespace ?? name
        rpcMethods = methods
        self.requestsSigningSeed = requestsSigningSeed
        onCheck = check
        onStart = start
        onPayload = payload
        onForget = forget
        onShutdown = shutdown
    }

    /// What `start` was given.
    var context: PluginContext? { given.withLock { $0 } }
    /// The payloads whose handler returned without an error, in that order.
    var payloads: [InboundPayload] { received.withLock { $0 } }
    var bodies: [[UInt8]] { payloads.map(\.body) }

    func checkConfiguration(_ section: PluginConfiguration) throws { try onCheck(section) }

    func start(_ context: PluginContext) async throws {
        given.withLock { $0 = context }
        try await onStart(context)
    }

    func handlePayload(_ payload: InboundPayload) async throws {
        try await onPayload(payload)
        received.withLock { $0.append(payload) }
    }

    func peerForgotten(_ event: PeerForgotten) async throws -> ForgetSummary { try await onForget(event) }
    func shutdown() async { await onShutdown() }
}

struct ProbeError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
