internal import PIMCore
internal import PIMPlugin

/// The peer directory as a plugin sees it: knows nobody once the plugin has stopped.
struct GatedPeerDirectory: PeerDirectory {
    let base: any PeerDirectory
    let gate: PortGate

    func x25519Key(of peer: NodeID) -> X25519PublicKey? { gate.isOpen ? base.x25519Key(of: peer) : nil }
    func name(of peer: NodeID) -> String? { gate.isOpen ? base.name(of: peer) : nil }
    func isConnected(_ peer: NodeID) -> Bool { gate.isOpen && base.isConnected(peer) }
    func route(to peer: NodeID) -> PeerRoute? { gate.isOpen ? base.route(to: peer) : nil }

    /// Pulls from the stream of the base one event at a time, so its bound and its `resync` stay in force, and ends with
    /// the plugin even if the plugin's own reader is never cancelled.
    func events() -> AsyncStream<PeerEvent> {
        let stream = base.events()
        let gate = gate
        return AsyncStream {
            try? await gate.whileOpen {
                var iterator = stream.makeAsyncIterator()
                return await iterator.next()
            } ?? nil
        }
    }
}
