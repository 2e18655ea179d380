import PIMCore
import PIMTransport

/// A cable and the connections over it.
struct CableState {
    let first: MeshNode
    let second: MeshNode
    var latency: Duration
    /// The addresses of the two ends, which are changed when a node moves.
    var hosts: [String]
    /// How often one of them was.
    var moves = 0
    /// Connections of before, which are dead and kept while their ends hold on to them.
    var abandoned: [Connection] = []
    /// Nothing gets through, and nobody is told.
    var isCut = false
    var connections: [Connection] = []

    /// One connection; the pair has to be kept for as long as its ends are in use.
    struct Connection {
        let pair: MemoryLinkPair
        let dialerLink: LinkID
    }

    func other(than node: MeshNode) -> MeshNode { node == first ? second : first }
}
