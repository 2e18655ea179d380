import Foundation
import PIMClient
import PIMCore
import PIMPlugin
import PIMRPC
import Testing

@testable import PIMDaemon

/// A real daemon of this process: real TCP on loopback, real SQLite, a real control socket, in a directory of its own.
/// Ends with ``stop()``.
final class DaemonUnderTest: Sendable {
    let name: String
    let directory: URL
    let client: ControlClient
    let nodeID: NodeID
    let port: Int
    private let running: Task<Void, any Error>

    var socket: String { Self.socket(in: directory) }

    /// Starts a daemon and waits until it answers.
    ///
    /// - Parameters:
    ///   - directory: Of an earlier run, to start the same node again.
    ///   - peers: Ports on loopback to keep a link to.
    ///   - port: 0 lets the kernel choose.
    ///   - registry: To see which methods it answers.
    static func start(
        _ name: String, in directory: URL? = nil, port: Int = 0, peers: [Int] = [], configuration extra: String = "",
        plugins: [any DaemonPlugin] = [], registry: RPCRegistry = RPCRegistry()
    ) async throws -> DaemonUnderTest {
        let directory = try directory ?? makeDirectory()
        let path = directory.appendingPathComponent("pim.toml")
        try text(name, directory, port: port, peers: peers, extra).write(to: path, atomically: true, encoding: .utf8)
        let daemon = try Daemon(
            configurationPath: path.path,
            environment: [
                "PIM_DATA_DIR": directory.path, "PIM_RPC_SOCKET": socket(in: directory), "PIM_LOG": "error",
            ], plugins: plugins)
        let running = Task { try await daemon.run(signals: .none, registry: registry) }
        do {
            let client = try await connect(to: socket(in: directory), unlessEnded: running)
            let status = try await client.call(RPC.status)
            return DaemonUnderTest(
                name: name, directory: directory, client: client, nodeID: status.nodeID,
                port: status.transport.tcp.port, running: running)
        } catch {
            running.cancel()
            _ = try? await running.value
            throw error
        }
    }

    private init(
        name: String, directory: URL, client: ControlClient, nodeID: NodeID, port: Int,
        running: Task<Void, any Error>
    ) {
        self.name = name
        self.directory = directory
        self.client = client
        self.nodeID = nodeID
        self.port = port
        self.running = running
    }

    /// Shuts the daemon down in order and waits for its end.
    func stop() async throws {
        await client.close()
        running.cancel()
        try await running.value
    }

    func hasRoute(to node: NodeID) async throws -> Bool {
        try await client.call(RPC.routeTable).routes.contains { $0.nodeID == node }
    }

    func plugin(_ name: String) async throws -> PluginSummary {
        try #require(try await client.call(RPC.pluginsList).plugins.first { $0.name == name })
    }

    // MARK: Messages

    func send(_ body: String, to node: NodeID) async throws -> MessageID {
        let method = RPCMethod<SendMessageParameters, SendMessageResult>("messages.send", summary: "")
        return try await client.call(method, SendMessageParameters(peer: node, body: body)).id
    }

    func messages(with node: NodeID) async throws -> [MessageRecord] {
        let method = RPCMethod<MessageHistoryParameters, MessageHistoryPage>("messages.history", summary: "")
        return try await client.call(method, MessageHistoryParameters(peer: node, limit: 500)).messages
    }

    private static func socket(in directory: URL) -> String { directory.appendingPathComponent("s").path }

    private static func makeDirectory() throws -> URL {
        // Short, because a socket's path has at most 107 bytes.
        let url = URL(fileURLWithPath: "/tmp/pim-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return url
    }

    private static func text(_ name: String, _ directory: URL, port: Int, peers: [Int], _ extra: String) -> String {
        let targets = peers.map { "[[peers]]\nmechanism = \"tcp\"\naddress = \"127.0.0.1:\($0)\"\n" }.joined()
        return """
            [node]
            name = "\(name)"
            [interface]
            enabled = false
            [discovery]
            enabled = false
            [transport]
            listen_port = \(port)
            [security]
            key_file = "\(directory.path)/node.key"
            \(extra)
            \(targets)
            """
    }

    /// Connects as soon as the daemon answers; throws its error when it ends before.
    private static func connect(
        to path: String, unlessEnded running: Task<Void, any Error>
    ) async throws -> ControlClient {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        Task {
            _ = await running.result
            end.finish()
        }
        return try await withThrowingTaskGroup(of: ControlClient?.self) { group in
            group.addTask {
                for await _ in ends {}
                return nil
            }
            group.addTask { try await connect(to: path, by: ContinuousClock.now + .seconds(20)) }
            defer { group.cancelAll() }
            if let client = try await group.next() ?? nil { return client }
            try await running.value
            throw CancellationError()
        }
    }

    private static func connect(to path: String, by deadline: ContinuousClock.Instant) async throws -> ControlClient {
        while true {
            do {
                return try await ControlClient.connect(to: path, as: "tests/1")
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }
}

/// Waits for a condition that other processes and threads bring about.
func eventually(
    _ what: Comment, within limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
