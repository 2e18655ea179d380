internal import CoreMetrics
internal import Foundation
internal import PIMCore
internal import PIMPlugin
internal import PIMPluginHost
internal import PIMRPC

/// Puts the plugin host together with this daemon's ports.
enum PluginHosting {
    static func makeHost(
        for daemon: Daemon, resources: DaemonResources, mesh: Mesh, events: EventHub, metrics: MetricsRegistry
    ) -> PluginHost {
        PluginHost(
            plugins: daemon.plugins, settings: settings(of: daemon.configuration),
            ports: ports(for: daemon, resources: resources, mesh: mesh, events: events),
            logger: daemon.logger("plugins"),
            // Without the endpoint they go where the app that embeds the daemon wants them.
            metrics: daemon.configuration.metrics.listen == nil ? MetricsSystem.factory : metrics)
    }

    /// What plugins say about their sections of the configuration; starts nothing.
    static func problems(of daemon: Daemon, with configuration: PIMConfiguration) -> [PluginProblem] {
        let unavailable = PIMError(.plugin, "nothing is started by a check")
        let host = PluginHost(
            plugins: daemon.plugins, settings: settings(of: configuration),
            ports: PluginPorts(
                peers: { _ in throw unavailable }, control: { _ in throw unavailable },
                identity: { _ in throw unavailable }, events: { _ in throw unavailable },
                directories: { _ in throw unavailable }),
            logger: daemon.logger("plugins"))
        return host.checkConfiguration()
    }

    private static func settings(of configuration: PIMConfiguration) -> [String: PluginSettings] {
        configuration.plugins.mapValues { section in
            PluginSettings(
                enabled: section.enabled ?? true, required: section.isRequired,
                exposeSigningSeed: section.exposesSigningSeed, configuration: PluginConfiguration(section.values))
        }
    }

    private static func ports(
        for daemon: Daemon, resources: DaemonResources, mesh: Mesh, events: EventHub
    ) -> PluginPorts {
        let name = daemon.configuration.node.name
        return PluginPorts(
            peers: { _ in
                DaemonPeerDirectory(keystore: resources.keystore, sender: mesh.sender, hub: resources.directory)
            },
            control: { _ in DaemonControlSender(sender: mesh.sender, keystore: resources.keystore) },
            identity: { request in
                DaemonNodeIdentity(
                    identity: resources.identity, nodeName: name, plugin: request.plugin,
                    mayReadSeed: request.maySeeSigningSeed)
            },
            events: { request in events.sink(for: EventStream(namespace: request.rpcNamespace)) },
            directories: { request in
                try PluginDirectories.prepare(for: request.plugin, in: resources.dataDirectory)
            })
    }
}
