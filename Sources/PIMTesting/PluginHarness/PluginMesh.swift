public import CoreMetrics
internal import Foundation
public import Logging
internal import PIMCore
public import PIMPlugin
public import PIMPluginHost
internal import Synchronization

/// Plugins on several nodes of a mesh, in one test process: real hosts and real keys, no sockets.
///
/// Each node runs its plugins in the same ``PIMPluginHost/PluginHost`` as the daemon. A test links nodes as it likes;
/// every two nodes with a chain of links between them have a route, and a payload travels it at once. Sends are recorded;
/// congestion, loss, duplicates and held payloads are the test's choice.
///
/// ```swift
/// @Test func greetsItsNeighbour() async throws {
///     let mesh = PluginMesh()
///     let (anna, ben) = (HelloPlugin(), HelloPlugin())
///     let a = try await mesh.addNode("anna", plugins: [anna])
///     let b = try await mesh.addNode("ben", plugins: [ben])
///     mesh.connect(a, b)
///     #expect(await eventually { mesh.sent(by: a).contains { $0.destination == b.id } })
///     await mesh.settle()
///     #expect(b.status("hello")?.handled == 1)
///     await mesh.stop()
/// }
/// ```
public final class PluginMesh: Sendable {
    /// Sends and recorded payloads beyond this many push out the oldest.
    static let recordLimit = 100_000
    /// Direct payloads for a neighbour that is away wait so long.
    static let parkingTime = Duration.seconds(30)

    struct Network {
        var nodes: [PluginTestNode] = []
        var links: Set<Set<NodeID>> = []
        /// Pairs that were linked once: direct payloads between them are parked while they are not.
        var acquainted: Set<Set<NodeID>> = []
        var sent: [SentPayload] = []
        var congested: Set<NodeID> = []
        var held: [(payload: InboundPayload, destination: NodeID)] = []
        var parked: [(payload: InboundPayload, destination: NodeID, since: Duration)] = []
        var transit: @Sendable (SentPayload) -> Transit = { _ in .deliver }
        var routedSecurity = PayloadSecurity.unauthenticated

        func node(_ id: NodeID) -> PluginTestNode? { nodes.first { $0.id == id } }
    }

    let network = Mutex(Network())
    let directory: URL
    /// What hosts and plugins log to.
    public let logger: Logger
    let metrics: any MetricsFactory
    let limits: PluginHostLimits
    let clock: any Clock<Duration>
    let elapsed: @Sendable () -> Duration

    /// - Parameters:
    ///   - clock: for every host; a ``ManualClock`` puts their deadlines and watchdogs into the test's hands.
    ///   - logger: silent by default.
    ///   - metrics: goes nowhere by default.
    public init(
        clock: any Clock<Duration> = ContinuousClock(), limits: PluginHostLimits = .default,
        logger: Logger = Logger(label: "pim.testing") { _ in SwiftLogNoOpLogHandler() },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
        self.metrics = metrics
        self.clock = clock
        self.limits = limits
        self.logger = logger
        elapsed = Self.stopwatch(clock)
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("pim-plugin-mesh-\(UUID().uuidString)", isDirectory: true)
    }

    /// Adds a node and starts its plugins; it has no links yet.
    ///
    /// - Parameters:
    ///   - name: the node's display name. Its keys are derived from it: the same name is the same node in every run.
    ///   - settings: the sections `[plugins.<name>]`.
    /// - Throws: what ``PIMPluginHost/PluginHost/start()`` throws.
    public func addNode(
        _ name: String, plugins: [any DaemonPlugin], settings: [String: PluginSettings] = [:]
    ) async throws -> PluginTestNode {
        let node = try prepareNode(name, plugins: plugins, settings: settings)
        try await node.host.start()
        return node
    }

    /// As ``addNode(_:plugins:settings:)``, but leaves it to the test to start the node's host.
    public func prepareNode(
        _ name: String, plugins: [any DaemonPlugin], settings: [String: PluginSettings] = [:]
    ) throws -> PluginTestNode {
        let node = try PluginTestNode(name: name, mesh: self, plugins: plugins, settings: settings)
        network.withLock { $0.nodes.append(node) }
        return node
    }

    /// Waits until no payload waits, no handler runs, and every reader of a directory's events waits for the next one, on all
    /// nodes. It knows nothing of other work that plugins do outside of their handlers.
    ///
    /// - Returns: whether that came to be within ten seconds.
    @discardableResult
    public func settle() async -> Bool {
        var before: [UInt64]?
        return await eventually {
            let status = nodes.flatMap { $0.host.status() }
            let isQuiet = status.allSatisfy { $0.queued == 0 && $0.handling == 0 }
            guard isQuiet, nodes.allSatisfy(\.directory.isHeard) else {
                before = nil
                return false
            }
            // A handler on a node looked at later may have sent to one looked at earlier: quiet is twice the same.
            let now = status.map { $0.handled + $0.failed }
            defer { before = now }
            return before == now
        }
    }

    /// Shuts all hosts down and removes their directories.
    public func stop() async {
        for node in nodes { await node.host.shutdown() }
        // Nothing to remove when no plugin started.
        try? FileManager.default.removeItem(at: directory)
    }

    /// The nodes in the order they were added.
    public var nodes: [PluginTestNode] { network.withLock { $0.nodes } }

    /// Everything plugins handed to their senders, oldest first, whatever became of it.
    public var sent: [SentPayload] { network.withLock { $0.sent } }

    public func sent(by node: PluginTestNode) -> [SentPayload] { sent.filter { $0.source == node.id } }

    private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let origin = clock.now
        return { origin.duration(to: clock.now) }
    }
}
