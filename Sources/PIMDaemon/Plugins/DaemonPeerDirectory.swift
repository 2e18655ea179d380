internal import PIMCore
internal import PIMNode
internal import PIMPlugin

/// The peer directory as plugins see it: keys and names from the keystore, reachability from the forwarding table.
struct DaemonPeerDirectory: PeerDirectory {
    let keystore: PeerKeystore
    let sender: PayloadSender
    let hub: PeerEventHub

    func x25519Key(of peer: NodeID) -> X25519PublicKey? { keystore.x25519Key(of: peer) }

    func name(of peer: NodeID) -> String? { keystore.name(of: peer) }

    func isConnected(_ peer: NodeID) -> Bool { sender.table.neighbours[peer] != nil }

    func route(to peer: NodeID) -> PeerRoute? {
        sender.table.routes[peer].map { PeerRoute(nextHop: $0.nextHop, hops: $0.hops) }
    }

    func events() -> AsyncStream<PeerEvent> { hub.subscribe() }
}
