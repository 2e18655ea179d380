import PIMCore
import PIMRPC

/// Which way a snapshot has to a target (`spec/cli.md` §8, `debug route get`).
struct RouteLookup {
    enum Answer {
        case localGateway
        case gateway(DebugSnapshot.Gateway, mechanism: String)
        case route(DebugSnapshot.Route, mechanism: String)
    }

    let snapshot: DebugSnapshot

    /// - Parameter target: `internet`, a mesh IPv4 address, a node id, a unique beginning of one, or a short id.
    /// - Throws: ``CommandFailure`` when there is no way, or several are meant.
    func find(_ target: String) throws -> Answer {
        if target == "internet" {
            if snapshot.node.isGateway { return .localGateway }
            guard let selected = snapshot.gateways.first(where: \.selected) else {
                throw CommandFailure("no gateway is selected, so there is no way to the internet through the mesh")
            }
            return .gateway(selected, mechanism: mechanism(to: selected.nextHopID))
        }
        let shown = Printable.line(target)
        let fitting = routes(to: target)
        guard let route = fitting.first else {
            throw CommandFailure(
                isOwn(target)
                    ? "\(shown) is this node itself" : "there is no route to \(shown); “pim debug routes” lists all")
        }
        guard fitting.count == 1 else {
            let list = fitting.map { "  \($0.destinationID)" }.sorted().joined(separator: "\n")
            throw CommandFailure("“\(shown)” fits several routes:\n\(list)")
        }
        return .route(route, mechanism: mechanism(to: route.nextHopID))
    }

    private func routes(to target: String) -> [DebugSnapshot.Route] {
        if let address = IPv4Address(target)?.description { return snapshot.routes.filter { $0.meshIP == address } }
        let lowered = target.lowercased()
        guard !lowered.isEmpty else { return [] }
        let exact = snapshot.routes.filter { $0.destinationShortID == lowered }
        return exact.isEmpty ? snapshot.routes.filter { $0.destinationID.description.hasPrefix(lowered) } : exact
    }

    private func isOwn(_ target: String) -> Bool {
        let lowered = target.lowercased()
        let names = [snapshot.node.meshIP, snapshot.node.nodeID.description, snapshot.node.shortID]
        return names.contains(lowered)
    }

    private func mechanism(to hop: NodeID) -> String {
        snapshot.peers.first { $0.nodeID == hop }?.mechanism ?? "unknown"
    }
}

extension RouteLookup.Answer {
    /// The words and columns are the ones of `spec/scenarios.md` §0.2.
    func lines(target: String, node: String) -> [String] {
        switch self {
        case .localGateway: return ["internet route: the local node (\(node)) is the gateway"]
        case .gateway(let gateway, let mechanism):
            let fields = [
                ("gateway", gateway.shortID), ("next_hop", gateway.nextHopShortID), ("hops", "\(gateway.hops)"),
                ("score", "\(gateway.score)"), ("mechanism", mechanism),
            ]
            return ["internet route:"] + fields.map { "\($0.0):".padding(to: 11) + Printable.line($0.1) }
        case .route(let route, let mechanism):
            let fields = [
                ("destination", route.destinationShortID), ("next_hop", route.nextHopShortID),
                ("mechanism", mechanism), ("hops", "\(route.hops)"), ("learned_from", route.learnedFromShortID),
                ("gateway", "\(route.isGateway)"), ("gateway_load", "\(route.gatewayLoad)"),
                ("rtt", DebugReport.milliseconds(route.roundTripMilliseconds)), ("mesh_ip", route.meshIP ?? "-"),
                ("age_ms", "\(route.ageMilliseconds)"), ("blacklisted", "\(route.nextHopBlacklisted)"),
            ]
            return ["route: \(Printable.line(target))"]
                + fields.map { "\($0.0):".padding(to: 13) + Printable.line($0.1) }
        }
    }
}
