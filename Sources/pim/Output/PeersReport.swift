import PIMCore
import PIMRPC

/// Neighbours as a table, and below it why those that are missing are missing.
struct PeersReport {
    private let peers: [PeerSummary]

    init(_ peers: [PeerSummary]) {
        self.peers = peers.sorted { Self.order($0) < Self.order($1) }
    }

    private static func order(_ peer: PeerSummary) -> (String, String, String) {
        (peer.label ?? "", peer.nodeID?.description ?? "", peer.address ?? "")
    }

    func lines(_ style: Style = .plain) -> [String] {
        guard !peers.isEmpty else { return ["no peers are connected"] }
        var table = TextTable([
            .init("NODE"), .foreign("NAME"), .init("STATE"), .init("LINK"), .init("VIA"), .init("ADDRESS"),
            .init("MESH ADDRESS"), .init("HOPS", isNumber: true), .init("LATENCY", isNumber: true),
            .init("LAST SEEN", isNumber: true),
        ])
        for peer in peers {
            let isReached = peer.state == .active || peer.state == .relayed
            let wasSeen = isReached || peer.lastSeenSeconds > 0
            table.add(
                [
                    peer.nodeIDShort, peer.label ?? "", peer.state.rawValue, peer.linkSecurity?.rawValue ?? "",
                    peer.transport.rawValue, peer.address ?? "", peer.meshIP, isReached ? String(peer.routeHops) : "",
                    peer.latencyMilliseconds.map { "\($0) ms" } ?? "",
                    wasSeen ? "\(Printable.duration(seconds: peer.lastSeenSeconds)) ago" : "",
                ], tints: [2: Self.tint(peer.state)])
        }
        return table.lines(style) + failures
    }

    static func tint(_ state: PeerState) -> Style.Tint {
        switch state {
        case .active: .green
        case .failed: .red
        case .connecting: .yellow
        default: .dim
        }
    }

    private var failures: [String] {
        let lines = peers.compactMap { peer in peer.failure.map { Self.line(peer, $0) } }
        return lines.isEmpty ? [] : [""] + lines
    }

    private static func line(_ peer: PeerSummary, _ failure: PeerFailure) -> String {
        let names = [peer.label, peer.nodeIDShort, peer.address].compactMap { $0 }.filter { !$0.isEmpty }
        let name = names.first ?? "?"
        let place = peer.address.flatMap { $0 == name ? nil : " (\($0))" } ?? ""
        let attempts = failure.attempts == 1 ? "1 attempt" : "\(failure.attempts) attempts"
        let next = failure.retryInSeconds.map { ", next in \(Printable.duration(seconds: $0))" } ?? ""
        let effort = failure.attempts > 0 ? "; \(attempts)\(next)" : ""
        // Some reasons begin with whom they are about.
        let subject = [name, peer.address].compactMap { $0.map { "\($0): " } }.first(where: failure.reason.hasPrefix)
        let reason = failure.reason.dropFirst(subject?.count ?? 0)
        return Printable.line("\(name)\(place): \(reason)\(effort)")
    }
}
