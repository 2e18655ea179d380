import PIMCore
import PIMRPC

/// A debug snapshot as text, in the form scripts read (`spec/cli.md` §8, `spec/scenarios.md` §0.2).
struct DebugReport {
    let snapshot: DebugSnapshot

    var peers: [String] {
        list(
            "connected peers: \(snapshot.peers.count)  node=\(Printable.line(snapshot.node.name)) (\(snapshot.node.shortID))",
            snapshot.peers.map { peer in
                Self.entry(
                    peer.shortID,
                    [
                        ("direct", "\(peer.direct)"), ("mechanism", peer.mechanism ?? "unknown"),
                        ("addr", peer.address ?? "-"), ("configured", "\(peer.configured)"),
                        ("discovered", "\(peer.discovered)"),
                        ("hb_age", peer.lastHeartbeatAgeMilliseconds.map { "\($0)ms" } ?? "-"),
                    ])
            })
    }

    var routes: [String] {
        list(
            "installed routes: \(snapshot.routes.count)",
            snapshot.routes.map { route in
                Self.entry(
                    route.destinationShortID,
                    [
                        ("via", route.nextHopShortID), ("hops", "\(route.hops)"),
                        ("learned_from", route.learnedFromShortID), ("gateway", "\(route.isGateway)"),
                        ("load", "\(route.gatewayLoad)"), ("rtt", Self.milliseconds(route.roundTripMilliseconds)),
                        ("mesh_ip", route.meshIP ?? "-"), ("age", "\(route.ageMilliseconds)ms"),
                        ("blacklisted", "\(route.nextHopBlacklisted)"),
                    ])
            })
    }

    var gateways: [String] {
        let entries = snapshot.gateways.map { gateway in
            let entry = Self.entry(
                gateway.shortID,
                [
                    ("via", gateway.nextHopShortID), ("hops", "\(gateway.hops)"), ("score", "\(gateway.score)"),
                    ("load", "\(gateway.gatewayLoad)"), ("rtt", Self.milliseconds(gateway.roundTripMilliseconds)),
                    ("mesh_ip", gateway.meshIP ?? "-"),
                ])
            return (gateway.selected ? "* " : "  ") + entry.dropFirst(2)
        }
        return list("known gateways: \(snapshot.gateways.count)", entries)
    }

    var discovery: [String] {
        list(
            "discovered peers: \(snapshot.discoveredPeers.count)",
            snapshot.discoveredPeers.map { peer in
                Self.entry(
                    peer.shortID,
                    [
                        ("addr", peer.address), ("client", "\(peer.isClient)"), ("relay", "\(peer.isRelay)"),
                        ("gateway", "\(peer.isGateway)"), ("age", "\(peer.lastSeenAgeMilliseconds)ms"),
                    ])
            })
    }

    // MARK: - Parts

    private func list(_ head: String, _ entries: [String]) -> [String] {
        [head] + (entries.isEmpty ? ["  none"] : entries)
    }

    private static func entry(_ name: String, _ fields: [(String, String)]) -> String {
        "  " + ([name] + fields.map { "\($0.0)=\(Printable.line($0.1))" }).joined(separator: "  ")
    }

    static func milliseconds(_ value: UInt32?) -> String { value.map { "\($0)ms" } ?? "-" }
}
