import Foundation
import InMemoryLogging
import Logging
import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct PortTests {
    @Test func contextCarriesWhatThePluginWasPromised() async throws {
        let mesh = PluginMesh(logger: Logger(label: "test") { _ in InMemoryLogHandler() })
        let plugin = ProbePlugin("probe", namespace: "probes")
        let node = try await mesh.addNode(
            "a", plugins: [plugin],
            settings: ["probe": PluginSettings(configuration: PluginConfiguration(["size": .integer(4)]))])
        let context = try #require(plugin.context)
        #expect(context.identity.nodeID == node.id)
        #expect(context.identity.nodeName == "a")
        #expect(context.configuration == PluginConfiguration(["size": .integer(4)]))
        #expect(context.logger[metadataKey: "plugin"] == "probe")
        #expect(context.dataDirectory.path == node.dataDirectory.appendingPathComponent("plugins/probe").path)
        #expect(context.daemonDataDirectory == node.dataDirectory)
        let attributes = try FileManager.default.attributesOfItem(atPath: context.dataDirectory.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        context.events.publish(["hello": 1])
        #expect(
            node.events == [RecordedEvent(stream: "probes.event", parameters: .object(["hello": .integer(1)]))])
        await mesh.stop()
    }

    @Test(arguments: [(false, false), (false, true), (true, false)])
    func seedStaysSecretWithoutBothConsents(asks: Bool, granted: Bool) async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("probe", requestsSigningSeed: asks)
        let node = try await mesh.addNode(
            "a", plugins: [plugin], settings: ["probe": PluginSettings(exposeSigningSeed: granted)])
        let context = try #require(plugin.context)
        let error = #expect(throws: PIMError.self) { try context.identity.unsafeSigningSeed() }
        #expect(error?.category == .plugin)
        #expect(node.status("probe")?.holdsSigningSeed == false)
        await mesh.stop()
    }

    @Test func seedIsHandedOutWithBothConsents() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("probe", requestsSigningSeed: true)
        let node = try await mesh.addNode(
            "a", plugins: [plugin], settings: ["probe": PluginSettings(exposeSigningSeed: true)])
        #expect(try plugin.context?.identity.unsafeSigningSeed().count == 32)
        #expect(node.status("probe")?.holdsSigningSeed == true)
        await mesh.stop()
    }

    @Test func portThatCannotBeMadeIsAFailedStart() async throws {
        let identity = try TestIdentity(name: "a")
        let plugin = ProbePlugin("probe", policy: .optional)
        let mesh = PluginMesh()
        let other = ProbePlugin("other")
        _ = try await mesh.addNode("a", plugins: [other])
        let context = try #require(other.context)
        let ports = PluginPorts(
            peers: { _ in context.peers }, control: { _ in context.control },
            identity: { identity.port(forPlugin: $0.plugin) }, events: { _ in context.events },
            directories: { _ in throw PIMError(.io, "read-only file system") })
        let host = PluginHost(plugins: [plugin], ports: ports, logger: mesh.logger)
        try await host.start()
        #expect(host.status().map(\.phase) == [.failed])
        #expect(host.status().first?.lastError?.contains("read-only") == true)
        #expect(plugin.context == nil)
        await host.shutdown()
        await mesh.stop()
    }
}
