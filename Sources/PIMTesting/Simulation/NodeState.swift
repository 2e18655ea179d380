import PIMCore
import PIMCrypto
import PIMNode

/// What stays of a node when it crashes: its identity, its configuration, its disk.
struct NodeState {
    let node: MeshNode
    let identity: Identity
    let meshKey: MeshKey?
    var configuration: ControlConfiguration
    var daemon: SimulatedDaemon?
    /// How often it was started.
    var starts = 0
    var received: [ReceivedPayload] = []
    /// The keys other nodes announced, the latest for each.
    var keys: [NodeID: X25519PublicKey] = [:]
    /// What its peer directory remembers of others.
    var known: [NodeID: KnownPeer] = [:]
}
