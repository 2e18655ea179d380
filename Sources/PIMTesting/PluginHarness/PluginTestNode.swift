public import Foundation
public import PIMCore
public import PIMPlugin
public import PIMPluginHost
internal import Synchronization

/// One node of a ``PluginMesh``.
public final class PluginTestNode: Sendable {
    public let name: String
    /// The node's keys, real ones.
    public let identity: TestIdentity
    /// What the node knows about others.
    public let directory = TestPeerDirectory()
    /// The node's data directory; plugins have theirs below it. It stays until ``PluginMesh/stop()``.
    public let dataDirectory: URL

    private let mesh: PluginMesh
    private let recorder = EventRecorder()
    private let current: Mutex<PluginHost>

    init(
        name: String, mesh: PluginMesh, plugins: [any DaemonPlugin], settings: [String: PluginSettings]
    ) throws {
        let identity = try TestIdentity(name: name)
        let dataDirectory = mesh.directory.appendingPathComponent(name, isDirectory: true)
        self.name = name
        self.identity = identity
        self.mesh = mesh
        self.dataDirectory = dataDirectory
        let ports = Self.ports(
            directory: directory, recorder: recorder, identity: identity, dataDirectory: dataDirectory, mesh: mesh)
        current = Mutex(
            PluginHost(
                plugins: plugins, settings: settings, ports: ports, logger: mesh.logger, limits: mesh.limits,
                clock: mesh.clock, metrics: mesh.metrics))
    }

    public var id: NodeID { identity.nodeID }
    /// The host that runs the node's plugins now.
    public var host: PluginHost { current.withLock { $0 } }
    /// Everything the node's plugins published, oldest first.
    public var events: [RecordedEvent] { recorder.events }

    /// How the host sees one of its plugins.
    public func status(_ plugin: String) -> PluginStatus? {
        host.status().first { $0.name == plugin }
    }

    /// Hands a payload to the node as if the mesh had brought it.
    @discardableResult
    public func receive(
        _ kind: String, _ body: [UInt8], from source: NodeID, arrival: PayloadArrival = .routed,
        security: PayloadSecurity = .unauthenticated
    ) -> DeliveryOutcome {
        host.deliver(
            InboundPayload(source: source, kind: kind, body: body, arrival: arrival, security: security))
    }

    /// Removes a peer from the directory and, if it was there, tells the plugins.
    public func forget(
        _ peer: NodeID, cause: PeerForgotten.Cause = .request, keepData: Bool = false
    ) async -> ForgetSummary {
        guard directory.remove(peer) else { return ForgetSummary() }
        return await host.forget(PeerForgotten(peer: peer, cause: cause, keepData: keepData))
    }

    /// Calls an RPC method by its full name with JSON text, as a client of the control socket would.
    ///
    /// - Throws: `RPCError(.methodNotFound)` or what the method throws.
    public func call(_ method: String, _ parameters: String = "null") async throws -> String {
        guard let method = host.rpcMethods()[method] else { throw RPCError(.methodNotFound, "no method \(method)") }
        return String(decoding: try await method.handle(Array(parameters.utf8)), as: UTF8.self)
    }

    /// Shuts the host down and starts another on the same directory, as after a restart of the daemon. Links stay.
    ///
    /// - Parameter plugins: new instances; a plugin is started once.
    public func restart(plugins: [any DaemonPlugin], settings: [String: PluginSettings] = [:]) async throws {
        await host.shutdown()
        let ports = Self.ports(
            directory: directory, recorder: recorder, identity: identity, dataDirectory: dataDirectory, mesh: mesh)
        let next = PluginHost(
            plugins: plugins, settings: settings, ports: ports, logger: mesh.logger, limits: mesh.limits,
            clock: mesh.clock, metrics: mesh.metrics)
        current.withLock { $0 = next }
        try await next.start()
    }

    private static func ports(
        directory: TestPeerDirectory, recorder: EventRecorder, identity: TestIdentity, dataDirectory: URL,
        mesh: PluginMesh
    ) -> PluginPorts {
        PluginPorts(
            peers: { _ in directory },
            control: { TestControlSender(plugin: $0.plugin, source: identity.nodeID, mesh: mesh) },
            identity: { identity.port($0) },
            events: { recorder.sink(stream: "\($0.rpcNamespace).event") },
            directories: { try PluginDirectories.prepare(for: $0.plugin, in: dataDirectory) })
    }
}
