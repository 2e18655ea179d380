internal import PIMCore
internal import PIMNode
internal import PIMRPC
internal import PIMWire

extension DaemonMethods {
    /// `peers.discovered` (`spec/rpc.md` §5.2): one entry for each address a node announces itself at.
    func discovered() async throws -> [DiscoveredPeer] {
        let state = try await mesh.state()
        return state.discovered.map { found in
            DiscoveredPeer(
                nodeID: found.node, address: found.address, mechanism: "broadcast",
                firstSeenSeconds: UInt64(clamping: found.firstSeen.duration(to: state.time).components.seconds),
                lastSeenSeconds: UInt64(clamping: found.lastSeen.duration(to: state.time).components.seconds),
                labelAnnounced: name(of: found.node),
                roles: found.roles.names, isConnected: found.isConnected)
        }
    }
}

extension BeaconRoles {
    fileprivate var names: [String] {
        let names: [(BeaconRoles, String)] = [(.client, "client"), (.relay, "relay"), (.gateway, "gateway")]
        return names.filter { contains($0.0) }.map(\.1)
    }
}
