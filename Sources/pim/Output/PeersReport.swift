import PIMRPC

/// Neighbours as a table.
struct PeersReport {
    private let peers: [PeerSummary]

    init(_ peers: [PeerSummary]) {
        self.peers = peers.sorted { ($0.label ?? "", $0.nodeID) < ($1.label ?? "", $1.nodeID) }
    }

    var lines: [String] {
        guard !peers.isEmpty else { return ["no peers are connected"] }
        var table = TextTable([
            .init("NODE"), .init("NAME"), .init("STATE"), .init("VIA"), .init("ADDRESS"), .init("MESH ADDRESS"),
            .init("HOPS", isNumber: true), .init("LATENCY", isNumber: true), .init("LAST SEEN", isNumber: true),
        ])
        for peer in peers {
            table.add([
                peer.nodeIDShort, peer.label ?? "", peer.state.rawValue, peer.transport.rawValue, peer.address ?? "",
                peer.meshIP, String(peer.routeHops), peer.latencyMilliseconds.map { "\($0) ms" } ?? "",
                "\(Printable.duration(seconds: peer.lastSeenSeconds)) ago",
            ])
        }
        return table.text.split(separator: "\n").map(String.init)
    }
}
