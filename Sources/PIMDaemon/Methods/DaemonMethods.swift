internal import PIMCore
internal import PIMPluginHost
internal import PIMRPC

/// What the daemon itself answers on the control socket, and what its plugins answer.
struct DaemonMethods: Sendable {
    let daemon: Daemon
    let resources: DaemonResources
    let mesh: Mesh
    let plugins: PluginHost
    let events: EventHub
    let shutdown: ShutdownRequest
    let gateway: Gateway
    /// The configuration, for methods that read or change it.
    let keeper: ConfigurationKeeper
    /// `nil` without an interface.
    let routeService: RouteService?

    /// The daemon's methods come first, so that no plugin can take their names.
    func register(in registry: RPCRegistry) {
        registry.register(RPC.status) { _ in try await status() }
        registry.register(RPC.peersList, handler: listPeers)
        registry.register(RPC.peersDiscovered) { _ in try await discovered() }
        registry.register(RPC.findPeers, handler: findPeers)
        registry.register(RPC.importIdentity, handler: importIdentity)
        registry.register(RPC.forgetPeer, handler: forget)
        registry.register(RPC.revokePeer, handler: revoke)
        registry.register(RPC.restorePeer, handler: restore)
        registry.register(RPC.broadcastIdentity) { _ in try await broadcastIdentity() }
        registry.register(RPC.broadcastState) { _ in try await broadcastState() }
        registry.register(RPC.setBroadcast, handler: setBroadcast)
        registry.register(RPC.addStaticPeer, handler: addStaticPeer)
        registry.register(RPC.removePeer, handler: removePeer)
        registry.register(RPC.pairPeer, waitsForOthers: true, handler: pair)
        registry.register(RPC.connectPeer, waitsForOthers: true, handler: connectPeer)
        registry.register(RPC.configGet, handler: configuration)
        registry.register(RPC.configSave, handler: saveConfiguration)
        registry.register(RPC.configSet, handler: setConfiguration)
        registry.register(RPC.configReload) { _ in try await reloadConfiguration() }
        registry.register(RPC.meshStatus) { _ in meshStatus() }
        registry.register(RPC.revokedPeers) { _ in revokedPeers() }
        registry.register(RPC.routeTable) { _ in try await routes() }
        registry.register(RPC.gatewayPreflight, handler: gatewayPreflight)
        registry.register(RPC.gatewayEnable, handler: gatewayEnable)
        registry.register(RPC.gatewayDisable, handler: gatewayDisable)
        registry.register(RPC.gatewayStatus) { _ in await gateway.role() }
        registry.register(RPC.setSplitDefault, handler: setSplitDefault)
        registry.register(RPC.splitDefaultStatus) { _ in try await splitDefaultStatus() }
        registry.register(RPC.debugSnapshot) { _ in try await debugSnapshot() }
        registry.register(RPC.pluginsList) { _ in pluginList() }
        registry.register(RPC.shutdown) { _ in
            shutdown.shutDown()
            return ShutdownResult(pid: resources.start.pid)
        }
        for (name, method) in plugins.rpcMethods() { registry.register(method, as: name) }
        for status in plugins.status() where status.phase == .running {
            registry.register(EventStream(namespace: status.rpcNamespace))
        }
    }
}
