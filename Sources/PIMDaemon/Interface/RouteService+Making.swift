internal import PIMCore
internal import PIMHost

extension RouteService {
    /// The service of a daemon that has a TUN device; `nil` where the default route is somebody else's business: on other
    /// systems, and where an app gave the device.
    ///
    /// - Parameters:
    ///   - device: Configured with `tunnel` already.
    ///   - isOn: Whether a killed daemon's kill switch holds traffic back.
    ///   - hold: Told whether the kill switch holds.
    ///   - gateways: The mesh address of the chosen gateway whenever that changes.
    /// - Throws: `PIMError` when the kernel does not know the device.
    static func make(
        for daemon: Daemon, resources: DaemonResources, device: TunnelDevice, tunnel: TunnelConfiguration,
        isOn: Bool, hold: TrafficHold, isGatewayNode: @escaping @Sendable () -> Bool,
        gateways: AsyncStream<IPv4Address?>, events: EventHub
    ) throws(PIMError) -> RouteService? {
        #if os(Linux)
            guard !device.isConfiguredOutside else { return nil }
            let routing = daemon.configuration.routing
            return RouteService(
                settings: RouteSettings(
                    interface: device.name, via: tunnel.firstHost, isGatewayNode: isGatewayNode,
                    hasKillSwitch: routing.killSwitch),
                isOn: isOn,
                routes: try routes(device, tunnel, routing, resources),
                names: names(device, routing, resources),
                gateways: gateways, hold: hold, events: events, logger: daemon.logger("routes"))
        #else
            return nil
        #endif
    }

    /// Goes on as `[routing]` says now, where that is something else.
    func follow(
        _ routing: PIMConfiguration.Routing, instead old: PIMConfiguration.Routing, interface: MeshInterface,
        resources: DaemonResources
    ) async throws(PIMError) {
        #if os(Linux)
            if (routing.dnsMode, routing.dnsServers) != (old.dnsMode, old.dnsServers) {
                await reconfigure(names: Self.names(interface.device, routing, resources))
            }
            if routing.killSwitch != old.killSwitch {
                let routes = try Self.routes(interface.device, interface.configuration, routing, resources)
                await reconfigure(hasKillSwitch: routing.killSwitch, routes: routes)
            }
        #endif
    }

    #if os(Linux)
        private static func routes(
            _ device: TunnelDevice, _ tunnel: TunnelConfiguration, _ routing: PIMConfiguration.Routing,
            _ resources: DaemonResources
        ) throws(PIMError) -> MeshDefaultRoutes {
            try MeshDefaultRoutes(
                through: device, tunnel, hasKillSwitch: routing.killSwitch, kernel: Rtnetlink(),
                journal: resources.journal)
        }
    #endif

    private static func names(
        _ device: TunnelDevice, _ routing: PIMConfiguration.Routing, _ resources: DaemonResources
    ) -> NameResolution {
        NameResolution(
            mode: routing.dnsMode, servers: routing.dnsServers, interface: device.name, journal: resources.journal)
    }
}
