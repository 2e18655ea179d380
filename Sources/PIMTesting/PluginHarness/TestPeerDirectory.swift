public import PIMCore
public import PIMPlugin
internal import Synchronization

/// The peer directory of one node of a ``PluginMesh``: what the mesh taught it and what a test puts in.
public final class TestPeerDirectory: PeerDirectory {
    private struct Row {
        var key: X25519PublicKey
        var name: String
    }

    private struct State {
        var rows: [NodeID: Row] = [:]
        var neighbours: Set<NodeID> = []
        var routes: [NodeID: PeerRoute] = [:]
        var readers: [Reader] = []
    }

    /// A stream somebody reads; gone with it.
    private struct Reader {
        weak var queue: PeerEventQueue?
    }

    private let state = Mutex(State())

    init() {}

    public func x25519Key(of peer: NodeID) -> X25519PublicKey? { state.withLock { $0.rows[peer]?.key } }
    public func name(of peer: NodeID) -> String? { state.withLock { $0.rows[peer]?.name } }
    public func isConnected(_ peer: NodeID) -> Bool { state.withLock { $0.neighbours.contains(peer) } }
    public func route(to peer: NodeID) -> PeerRoute? { state.withLock { $0.routes[peer] } }

    public func events() -> AsyncStream<PeerEvent> {
        let queue = PeerEventQueue()
        state.withLock { state in
            state.readers.removeAll { $0.queue == nil }
            state.readers.append(Reader(queue: queue))
        }
        return AsyncStream { await queue.next() }
    }

    /// Whether everybody who reads events has done what the last one made him do.
    var isHeard: Bool { state.withLock { $0.readers.allSatisfy { $0.queue?.isHeard ?? true } } }

    /// Stores or changes a row and says so; another key than the stored one is a conflict and changes nothing.
    public func learn(_ peer: NodeID, key: X25519PublicKey, name: String, via: PayloadArrival = .routed) {
        announce { state in
            if let known = state.rows[peer], known.key != key {
                return [.keyConflict(peer: peer, kept: known.key, refused: key)]
            }
            if let known = state.rows[peer], known.name == name { return [] }
            state.rows[peer] = Row(key: key, name: name)
            return [.seen(peer: peer, key: key, name: name, via: via)]
        }
    }

    /// - Returns: whether there was a row.
    func remove(_ peer: NodeID) -> Bool {
        announce { state in state.rows.removeValue(forKey: peer) == nil ? [] : [.forgotten(peer: peer)] } > 0
    }

    /// Sets who is a neighbour and who is reachable how, and says what changed.
    func set(neighbours: Set<NodeID>, routes: [NodeID: PeerRoute]) {
        announce { state in
            let (before, after) = (Set(state.routes.keys), Set(routes.keys))
            let events =
                state.neighbours.subtracting(neighbours).sorted().map { PeerEvent.disconnected(peer: $0) }
                + before.subtracting(after).sorted().map { PeerEvent.routeDown(peer: $0) }
                + neighbours.subtracting(state.neighbours).sorted().map { PeerEvent.connected(peer: $0) }
                + after.subtracting(before).sorted().map { PeerEvent.routeUp(peer: $0) }
            state.neighbours = neighbours
            state.routes = routes
            return events
        }
    }

    @discardableResult
    private func announce(_ change: (inout State) -> [PeerEvent]) -> Int {
        state.withLock { state in
            let events = change(&state)
            for event in events {
                for reader in state.readers { reader.queue?.push(event) }
            }
            return events.count
        }
    }
}
