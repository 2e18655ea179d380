internal import Logging
internal import PIMCore
internal import PIMNode
internal import PIMPlugin
internal import PIMRPC

/// Tells the rest of the daemon what happens on the mesh: keystore, plugins, control-socket clients, log.
///
/// Called on the mesh loop, so nothing here blocks or waits: the keystore writes behind, hubs buffer within bounds.
struct MeshReporter: Sendable {
    let keystore: PeerKeystore
    let directory: PeerEventHub
    let events: EventHub
    let trust: TrustRecord
    let logger: Logger

    /// A PeerInfo was accepted by the control plane; the keystore decides what it changes.
    func peerInfo(_ peer: NodeID, key: X25519PublicKey, name: String, via carrier: PeerInfoCarrier, announce: Bool, at now: Moment) {
        let state: KeyState = carrier == .direct ? .neighbour : .claimed
        let arrival: PayloadArrival = carrier == .direct ? .direct : .routed
        switch keystore.record(peer, key: key, name: name, state: state, at: now) {
        case .inserted, .refreshed: announceSeen(peer, arrival, announce)
        case .conflict: break
        }
    }
}
