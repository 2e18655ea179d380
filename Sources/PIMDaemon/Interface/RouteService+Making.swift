internal import PIMCore
internal import PIMHost

extension RouteService {
    /// The service of a daemon that has a TUN device; `nil` where the default route is somebody else's business: on other
    /// systems, and where an app gave the device.
    ///
    /// - Parameters:
    ///   - device: Configured with `tunnel` already.
    ///   - isOn: Whether a killed daemon's kill switch holds traffic back.
    ///   - gateways: The mesh address of the chosen gateway whenever that changes.
    /// - Throws: `PIMError` when the kernel does not know the device.
    static func make(
        for daemon: Daemon, resources: DaemonResources, device: TunnelDevice, tunnel: TunnelConfiguration,
        isOn: Bool, isGatewayNode: @escaping @Sendable () -> Bool, gateways: AsyncStream<IPv4Address?>, events: EventHub
    ) throws(PIMError) -> RouteService? {
        #if os(Linux)
            guard !device.isConfiguredOutside else { return nil }
            let configuration = daemon.configuration
            let routes = try MeshDefaultRoutes(
                through: device, via: tunnel.firstHost, hasKillSwitch: configuration.routing.killSwitch,
                kernel: Rtnetlink(), journal: resources.journal)
            return RouteService(
                settings: RouteSettings(
                    interface: device.name, via: tunnel.firstHost, isGatewayNode: isGatewayNode,
                    hasKillSwitch: configuration.routing.killSwitch),
                isOn: isOn, routes: routes,
                names: NameResolution(
                    mode: configuration.routing.dnsMode, servers: configuration.routing.dnsServers,
                    interface: device.name, journal: resources.journal),
                gateways: gateways, events: events, logger: daemon.logger("routes"))
        #else
            return nil
        #endif
    }
}
