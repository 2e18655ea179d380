internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import PIMRPC

/// Everything the metrics endpoint tells, read when somebody asks: docs/operations.md lists the names.
struct DaemonMetrics: Sendable {
    /// Peers that get figures of their own.
    static let maximumPeers = 500

    let methods: DaemonMethods
    let registry: MetricsRegistry
    let server: ControlSocketServer

    func families() async throws -> [MetricFamily] {
        let state = try await methods.mesh.state()
        return await daemon() + mesh(state) + Self.traffic(state.traffic, state.counters) + Self.peers(state)
            + gateway() + registry.families(help: Self.help) + Self.process(.current())
    }

    private func daemon() async -> [MetricFamily] {
        let uptime = methods.resources.start.monotonic.duration(to: BootClock.now()) / .seconds(1)
        let counts = methods.daemon.logs.counts
        return [
            MetricFamily(
                "pim_build_info", .gauge, "The version, as a label.",
                [.init(labels: [.init("version", PIMVersion.current)], value: .integer(1))]),
            MetricFamily("pim_uptime_seconds", .gauge, "Seconds since the daemon started.", .number(uptime)),
            MetricFamily(
                "pim_rpc_clients", .gauge, "Clients of the control socket.", MetricFamily.Value(server.clientCount)),
            MetricFamily(
                "pim_log_lines_total", .counter, "Log lines by level.",
                LogLevel.allCases.map { level in
                    .init(labels: [.init("level", level.rawValue)], value: .integer(counts[level, default: 0]))
                }),
            MetricFamily(
                "pim_default_route_on", .gauge, "Whether this machine's default route shall lead into the mesh.",
                await routeIsOn()),
        ]
    }

    private func routeIsOn() async -> MetricFamily.Value? {
        guard let service = methods.routeService else { return nil }
        return MetricFamily.Value(await service.isOn)
    }

    private func mesh(_ state: MeshState) -> [MetricFamily] {
        // Every combination there can be is always there: a series that comes and goes is hard to alert on.
        var peers: [[String]: Int] = [
            ["active", "sealed"]: 0, ["active", "reference"]: 0, ["connecting", ""]: 0, ["failed", ""]: 0,
        ]
        for peer in methods.summaries(of: state) {
            peers[[peer.state.rawValue, peer.linkSecurity?.rawValue ?? ""], default: 0] += 1
        }
        return [
            MetricFamily(
                "pim_peers", .gauge, "Neighbours, and configured peers that are none yet, by state and link security.",
                peers.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, count in
                    .init(
                        labels: [.init("state", key[0]), .init("link_security", key[1])],
                        value: MetricFamily.Value(count))
                }),
            MetricFamily("pim_routes", .gauge, "Nodes that can be reached.", MetricFamily.Value(state.routes.count)),
            MetricFamily(
                "pim_gateways", .gauge, "Gateways that can be reached.", MetricFamily.Value(state.gateways.count)),
            MetricFamily(
                "pim_selected_gateway", .gauge, "The gateway new flows leave by, as a label.",
                state.gateways.filter(\.isSelected).map { gateway in
                    .init(labels: [.init("gateway", "\(gateway.route.destination)")], value: .integer(1))
                }),
            MetricFamily(
                "pim_discovered_nodes", .gauge, "Nodes that announce themselves nearby.",
                MetricFamily.Value(Set(state.discovered.map(\.node)).count)),
        ]
    }
}
