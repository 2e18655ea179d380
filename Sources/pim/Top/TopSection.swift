import PIMCore
import PIMRPC

/// One of the lists of `pim top`.
enum TopSection: Int, CaseIterable, Sendable {
    case peers, routes, gateways, plugins

    var title: String {
        switch self {
        case .peers: "Peers"
        case .routes: "Routes"
        case .gateways: "Gateways"
        case .plugins: "Plugins"
        }
    }

    func table(_ sample: TopSample) -> TopTable {
        switch self {
        case .peers: Self.peers(sample.status.peers)
        case .routes: Self.routes(sample.routes.routes)
        case .gateways: Self.gateways(sample.routes)
        case .plugins: Self.plugins(sample.plugins)
        }
    }

    private static func peers(_ peers: [PeerSummary]) -> TopTable {
        TopTable(
            columns: [
                .foreign("NAME"), .init("NODE"), .init("STATE"), .init("LINK"), .init("HOPS", isNumber: true),
                .init("LATENCY", isNumber: true), .init("SEEN", isNumber: true), .init("ADDRESS"), .init("REASON"),
            ],
            rows: peers.map { peer in
                let isActive = peer.state == .active
                return [
                    .text(peer.label), .text(peer.nodeIDShort),
                    .text(peer.state.rawValue, PeersReport.tint(peer.state)),
                    .text(peer.linkSecurity?.rawValue), .number(Double(peer.routeHops), "\(peer.routeHops)"),
                    .number(
                        peer.latencyMilliseconds.map(Double.init), peer.latencyMilliseconds.map { "\($0) ms" } ?? ""),
                    .number(
                        isActive ? Double(peer.lastSeenSeconds) : nil,
                        isActive ? Printable.duration(seconds: peer.lastSeenSeconds) : ""),
                    .text(peer.address ?? peer.meshIP), .text(peer.failure?.reason, .red),
                ]
            }, absence: "no peers are connected")
    }

    private static func routes(_ routes: [RouteRow]) -> TopTable {
        TopTable(
            columns: [
                .init("DESTINATION"), .foreign("NAME"), .init("NODE"), .init("VIA"), .init("HOPS", isNumber: true),
                .init("AGE", isNumber: true), .init("LOAD", isNumber: true),
            ],
            rows: routes.map { route in
                [
                    .text(route.destination), .text(route.name), .text(route.nodeID?.shortDescription),
                    .text(route.via.shortDescription), .number(Double(route.hops), "\(route.hops)"),
                    .number(Double(route.ageSeconds), Printable.duration(seconds: route.ageSeconds)),
                    .number(route.isGateway ? Double(route.load) : nil, route.isGateway ? "\(route.load)" : ""),
                ]
            }, absence: "no routes")
    }

    private static func gateways(_ table: RouteTableResult) -> TopTable {
        let names = Dictionary(
            table.routes.compactMap { route in route.nodeID.map { ($0, route) } },
            uniquingKeysWith: { first, _ in first })
        return TopTable(
            columns: [
                .init("GATEWAY"), .foreign("NAME"), .init("ADDRESS"), .init("VIA"), .init("HOPS", isNumber: true),
                .init("SCORE", isNumber: true), .init("SELECTED"),
            ],
            rows: table.gateways.map { gateway in
                [
                    .text(gateway.nodeID.shortDescription), .text(names[gateway.nodeID]?.name),
                    .text(names[gateway.nodeID]?.destination), .text(gateway.via.shortDescription),
                    .number(Double(gateway.hops), "\(gateway.hops)"),
                    .number(Double(gateway.score), "\(gateway.score)"), .text(gateway.selected ? "yes" : "", .green),
                ]
            }, absence: "no gateway is known")
    }

    private static func plugins(_ list: PluginList?) -> TopTable {
        TopTable(
            columns: [
                .init("NAME"), .init("PHASE"), .init("QUEUED", isNumber: true), .init("HANDLED", isNumber: true),
                .init("FAILED", isNumber: true), .init("DROPPED", isNumber: true), .init("ERROR"),
            ],
            rows: (list?.plugins ?? []).map { plugin in
                let dropped = plugin.dropped.values.reduce(0, &+)
                return [
                    .text(plugin.name), .text(plugin.phase, plugin.stalledForSeconds == nil ? nil : .yellow),
                    .number(Double(plugin.queued), "\(plugin.queued)"),
                    .number(Double(plugin.handled), "\(plugin.handled)"),
                    .number(Double(plugin.failed), "\(plugin.failed)", plugin.failed > 0 ? .red : nil),
                    .number(Double(dropped), "\(dropped)", dropped > 0 ? .yellow : nil), .text(plugin.lastError, .red),
                ]
            }, absence: "this daemon has no plugins")
    }
}
