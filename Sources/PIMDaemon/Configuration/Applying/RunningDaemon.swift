internal import Logging
internal import PIMCore
internal import PIMNode

/// The parts of a running daemon that a changed configuration reaches.
struct RunningDaemon: Sendable {
    let started: PIMConfiguration
    let logs: LogStream
    let resources: DaemonResources
    let mesh: Mesh
    let gateway: Gateway
    let discovery: DiscoveryRuntime?
    let routeService: RouteService?
    let logger: Logger

    /// Makes these parts as the configuration says.
    ///
    /// - Parameter old: What it said before.
    /// - Returns: The groups that could not follow.
    func follow(
        _ fresh: PIMConfiguration, instead old: PIMConfiguration, _ groups: Set<LiveKeys.Group>
    ) async -> Set<LiveKeys.Group> {
        if groups.contains(.log) { logs.apply(fresh.log) }
        if groups.contains(.peers) { mesh.configure(fresh) }
        if groups.contains(.announcements) {
            mesh.apply(.setAnnouncements(AnnouncementPolicy(fresh.messaging.broadcast)))
        }
        if !groups.isDisjoint(with: [.discovery, .gateway]) { follow(fresh) }
        if groups.contains(.authorization) { mesh.authorize(fresh.security) }
        if groups.contains(.gateway) { await gateway.follow(fresh.gateway) }
        if groups.contains(.routing), let routeService, let interface = mesh.interface {
            do {
                try await routeService.follow(
                    fresh.routing, instead: old.routing, interface: interface, resources: resources)
            } catch {
                logger.error("the default route goes on as before", metadata: ["error": "\(error)"])
                return [.routing]
            }
        }
        return []
    }

    private func follow(_ fresh: PIMConfiguration) {
        var running = started
        running.gateway = fresh.gateway
        running.discovery = fresh.discovery
        // They count from the start.
        running.discovery.enabled = started.discovery.enabled
        running.discovery.port = started.discovery.port
        mesh.apply(.setDiscovery(DiscoveryPolicy(running)))
        discovery?.reconfigure(running.discovery)
    }
}

extension AnnouncementPolicy {
    init(_ broadcast: PIMConfiguration.Broadcast) {
        self.init(
            interval: broadcast.outgoingIntervalSeconds.map { .seconds(Int64(clamping: $0)) },
            announcesRouted: broadcast.watchIncoming,
            shortestPeerInterval: .seconds(Int64(clamping: broadcast.minimumPeerIntervalSeconds)))
    }
}
