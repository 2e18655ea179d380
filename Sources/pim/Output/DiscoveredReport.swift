import PIMCore
import PIMRPC

/// Nodes that announce themselves nearby as a table.
struct DiscoveredReport {
    private let peers: [DiscoveredPeer]

    init(_ peers: [DiscoveredPeer]) {
        self.peers = peers
    }

    func lines(_ style: Style = .plain) -> [String] {
        guard !peers.isEmpty else { return ["nobody announces himself nearby"] }
        var table = TextTable([
            .init("NODE"), .foreign("NAME"), .init("ADDRESS"), .foreign("ROLES"), .init("CONNECTED"),
            .init("FIRST SEEN", isNumber: true), .init("LAST SEEN", isNumber: true),
        ])
        for peer in peers {
            table.add([
                peer.nodeID?.shortDescription ?? "", peer.labelAnnounced ?? "", peer.address,
                (peer.roles ?? []).joined(separator: ", "), peer.isConnected == true ? "yes" : "no",
                "\(Printable.duration(seconds: peer.firstSeenSeconds)) ago",
                "\(Printable.duration(seconds: peer.lastSeenSeconds)) ago",
            ])
        }
        return table.lines(style)
    }
}
