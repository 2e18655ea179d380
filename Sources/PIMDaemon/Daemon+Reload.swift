internal import Logging
internal import PIMCore
internal import PIMNode

extension Daemon {
    /// Applies `[[peers]]`, `[messaging.broadcast]`, `[gateway]` and `[discovery]` (all but `enabled` and `port`) as they stand
    /// in the file now; names what needs a restart. A file with errors changes nothing.
    func reload(into mesh: Mesh, _ discovery: DiscoveryRuntime?, _ gateway: Gateway) async {
        let logger = logger("daemon")
        let fresh: PIMConfiguration
        do {
            fresh = try ConfigurationLoader.load(path: loaded.sourcePath).configuration
        } catch {
            // One line for each problem.
            for line in "\(error)".split(separator: "\n") {
                logger.error("the configuration was not reloaded", metadata: ["error": "\(line)"])
            }
            return
        }
        mesh.configure(fresh)
        mesh.apply(.setAnnouncements(AnnouncementPolicy(fresh.messaging.broadcast)))
        await gateway.follow(fresh.gateway)
        var running = configuration
        running.discovery = fresh.discovery
        running.discovery.enabled = configuration.discovery.enabled
        running.discovery.port = configuration.discovery.port
        mesh.apply(.setDiscovery(DiscoveryPolicy(running)))
        discovery?.reconfigure(running.discovery)
        var rest = fresh
        if running.discovery == fresh.discovery { rest.discovery = configuration.discovery }
        rest.gateway = configuration.gateway
        rest.peers = configuration.peers
        rest.messaging.broadcast = configuration.messaging.broadcast
        if rest == configuration {
            logger.info("the configuration was reloaded")
        } else {
            logger.warning(
                "the configuration was reloaded; changes beside peers, messaging.broadcast, discovery and gateway need a restart"
            )
        }
    }
}

extension PIMConfiguration {
    /// Where the control plane keeps links to.
    var dialTargets: [DialTarget] {
        peers.compactMap { peer in
            if case .tcp(let address) = peer.target { DialTarget(address: address, node: peer.node) } else { nil }
        }
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
