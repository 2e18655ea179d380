internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMCrypto
internal import PIMHost
internal import PIMNode
internal import PIMPlugin
internal import PIMPluginHost
internal import PIMRPC
internal import PIMTransport
internal import ServiceLifecycle
internal import UnixSignals

extension Daemon {
    /// Runs until it is shut down: by a signal, by `daemon.shutdown`, or by cancelling the task. In each case in order.
    ///
    /// - Throws: `PIMError` or `FileError` when something cannot be started, after undoing what was: nothing runs then.
    public func run(signals: Signals = .none) async throws {
        try await run(signals: signals, registry: RPCRegistry())
    }

    /// - Parameter registry: An empty one; filled before the control socket answers.
    func run(signals: Signals, registry: RPCRegistry) async throws {
        let shutdown = ShutdownRequest()
        // A task of its own, so that cancelling the caller asks for an orderly end instead of cutting it short.
        let life = Task { try await run(until: shutdown, signals: signals, registry: registry) }
        try await withTaskCancellationHandler {
            try await life.value
        } onCancel: {
            shutdown.shutDown()
        }
    }

    private func run(until shutdown: ShutdownRequest, signals: Signals, registry: RPCRegistry) async throws {
        let logger = logger("daemon")
        for warning in loaded.warnings { logger.warning("configuration: \(warning)") }
        let resources = try await DaemonResources.acquire(for: self, logger: logger)
        do {
            try await run(with: resources, until: shutdown, signals: signals, registry: registry, logger: logger)
        } catch {
            await resources.release()
            logs.flush()
            throw error
        }
        await resources.release()
        logger.info("stopped")
        logs.flush()
    }

    private func run(
        with resources: DaemonResources, until shutdown: ShutdownRequest, signals: Signals, registry: RPCRegistry,
        logger: Logger
    ) async throws {
        // The mesh, not yet listening.
        let holdsTraffic = HostLeftovers.holdTraffic(resources.journal, under: configuration)
        if holdsTraffic {
            logger.warning(
                "the last daemon was killed and its kill switch holds: traffic goes into the mesh until `pim route off`"
            )
        } else {
            HostLeftovers.undo(resources.journal, logger: logger)
        }
        let events = EventHub()
        let mesh = try Mesh(daemon: self, resources: resources)
        if let secret = resources.meshSecret {
            logger.info("private mesh enabled", metadata: ["fingerprint": "\(secret.fingerprint)"])
        }

        // Plugins, before any payload can arrive.
        let metrics = MetricsRegistry()
        let plugins = PluginHosting.makeHost(
            for: self, resources: resources, mesh: mesh, events: events, metrics: metrics)
        try await plugins.start()
        do {
            // The interface, and who changes the machine around it.
            try await mesh.openInterface()
            let hold = TrafficHold(isHolding: holdsTraffic)
            let gateway = makeGateway(resources: resources, mesh: mesh, hold: hold, events: events)
            let routeService = try mesh.interface.flatMap { interface in
                try RouteService.make(
                    for: self, resources: resources, device: interface.device, tunnel: interface.configuration,
                    isOn: holdsTraffic, hold: hold, isGatewayNode: { gateway.isActive }, gateways: mesh.gatewayChanges,
                    events: events)
            }
            // An app has the interface now, and routes are its business.
            if holdsTraffic, routeService == nil {
                HostLeftovers.undo(resources.journal, logger: logger)
                hold.set(false)
            }

            let discovery =
                configuration.discovery.enabled
                ? DiscoveryRuntime(
                    daemon: self, resources: resources, mesh: mesh, isGateway: { gateway.isActive }) : nil
            let running = RunningDaemon(
                started: configuration, logs: logs, resources: resources, mesh: mesh, gateway: gateway,
                discovery: discovery,
                routeService: routeService, logger: logger)
            let keeper = ConfigurationKeeper(
                started: loaded, checkPlugins: pluginProblems, follow: running.follow, logger: logger)

            // The control socket: its name is claimed before anything is dialled, so that a second daemon disturbs
            // nobody. Clients that connect already wait until it is served.
            let methods = DaemonMethods(
                daemon: self, resources: resources, mesh: mesh, plugins: plugins, events: events, shutdown: shutdown,
                gateway: gateway, keeper: keeper, routeService: routeService)
            methods.register(in: registry)
            let server = ControlSocketServer(
                path: paths.socket, registry: registry, events: events, logs: logs, version: PIMVersion.current,
                logger: self.logger("rpc"), eventLoop: resources.socketThread.next(),
                access: ClientAccess(group: try configuration.rpc.userGroup))
            try server.bind()

            // Links: listen, then dial.
            try await mesh.open(for: plugins)
            logger.info(
                "running",
                metadata: [
                    "node": "\(resources.identity.nodeID)", "port": "\(mesh.port)", "socket": "\(paths.socket)",
                ])

            // They start in this order and end in the opposite one.
            var services: [any Service] = [
                resources.keystore,
                mesh.revoked,
                MeshService(mesh: mesh),
                NetworkService(mesh: mesh, discovery: discovery, events: events, logger: self.logger("network")),
                DiscoveryEventService(mesh: mesh, discovery: discovery, resources: resources, events: events),
                DirectoryEventService(directory: resources.directory, methods: methods, events: events),
                MeshEventService(mesh: mesh, methods: methods, events: events),
                SessionEventService(mesh: mesh, methods: methods, events: events),
                IdentitySweepService(
                    cleanup: configuration.messaging.peerCleanup, keystore: resources.keystore, mesh: mesh,
                    logger: self.logger("keystore")),
                ForgetService(forgotten: mesh.forgotten, host: plugins),
                GatewayService(
                    gateway: gateway,
                    configured: configuration.gateway.enabled ? GatewaySettings(configuration.gateway) : nil,
                    logger: self.logger("gateway")),
                PluginService(host: plugins),
                server,
            ]
            if let routeService { services.append(routeService) }
            // For other programs of this machine; an app that embeds the daemon has none.
            if pidPath != nil { services.append(PolledFilesService(for: self, answering: methods)) }
            if let service = MetricsService(for: self, answering: methods, registry: metrics, server: server) {
                services.append(service)
            }
            if let store = mesh.trust.store { services.insert(store, at: 1) }
            // Last to start and first to end: what nobody can be reached at is not announced.
            if let discovery { services.append(DiscoveryService(discovery: discovery)) }
            if signals == .process {
                services.append(ReloadService(keeper: keeper, supervisor: supervisor))
            }
            // The very last to start and the first to end: it tells that all the others run.
            if let supervisor {
                services.append(
                    SupervisionService(
                        manager: supervisor, health: HealthCheck(mesh: mesh, server: server, resources: resources),
                        logger: self.logger("supervision")))
            }
            // Below that it tells of every service by printing all it has.
            var servicesLogger = self.logger("services")
            servicesLogger.logLevel = .notice
            try await ServiceGroup(
                configuration: .init(
                    services: services.map { .init(service: $0, successTerminationBehavior: .ignore) } + [
                        .init(
                            service: ShutdownService(request: shutdown),
                            successTerminationBehavior: .gracefullyShutdownGroup)
                    ],
                    gracefulShutdownSignals: signals == .process ? [.sigterm, .sigint] : [],
                    logger: servicesLogger)
            ).run()
        } catch {
            await plugins.shutdown()
            await mesh.close()
            throw error
        }
    }
}
