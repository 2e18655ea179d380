import PIMCore
import PIMWire

/// The sessions between this node and others: which stand, which wait for their first frame, and their bounds
/// (`design/extensions.md` §4). Keys live in the data plane.
struct SessionTable: Sendable {
    struct Established: Sendable {
        let id: SessionID
        let since: MonotonicTime
        var lastUsed: MonotonicTime
        var lastOpened: MonotonicTime?
    }

    /// This node answered an offer: frames open, none are sealed.
    struct Unconfirmed: Sendable {
        let id: SessionID
        let peer: NodeID
        let via: LinkID
        let offer: [UInt8]
        /// The answer as it was sent.
        let payload: [UInt8]
        /// What the peer announced with its offer; fresh with the first frame that opens.
        let features: FeatureSet
        let made: MonotonicTime
    }

    /// A session that is over.
    typealias Ended = (id: SessionID, peer: NodeID)

    /// By peer, oldest first.
    private var established: [NodeID: [Established]] = [:]
    private var establishedCount = 0
    /// Oldest first.
    private var unconfirmed: [Unconfirmed] = []
    private var peers: [SessionID: NodeID] = [:]
    /// The earliest end of anything here.
    private(set) var nextDeadline: MonotonicTime?

    var count: Int { establishedCount }
    var unconfirmedCount: Int { unconfirmed.count }

    /// The session frames to a node are sealed with: the one established last.
    func current(of node: NodeID) -> Established? { established[node]?.last }

    func sessions(of node: NodeID) -> [SessionID] {
        (established[node] ?? []).map(\.id) + unconfirmed.filter { $0.peer == node }.map(\.id)
    }

    var nodes: [NodeID] { established.keys.sorted() }

    func peer(of id: SessionID) -> NodeID? { peers[id] }

    func contains(_ id: SessionID) -> Bool { peers[id] != nil }

    /// When a frame of the node last opened under a session that stands.
    func lastOpened(from node: NodeID) -> MonotonicTime? { established[node]?.compactMap(\.lastOpened).max() }

    /// The answer given to the same offer a moment ago.
    func answer(to offer: [UInt8], from node: NodeID) -> Unconfirmed? {
        unconfirmed.first { $0.peer == node && $0.offer == offer }
    }

    /// Adds a session that waits for its first frame, and returns those that had to go for it.
    mutating func add(_ session: Unconfirmed) -> [Ended] {
        guard peers[session.id] == nil else { return [] }
        var removed: [Ended] = []
        func makeRoom(_ limit: Int, where matches: (Unconfirmed) -> Bool) {
            guard unconfirmed.count(where: matches) >= limit, let index = unconfirmed.firstIndex(where: matches) else {
                return
            }
            let victim = unconfirmed.remove(at: index)
            peers[victim.id] = nil
            removed.append((victim.id, victim.peer))
        }
        makeRoom(SessionRules.unconfirmedPerNode) { $0.peer == session.peer }
        makeRoom(SessionRules.unconfirmedPerLink) { $0.via == session.via }
        makeRoom(SessionRules.unconfirmed) { _ in true }
        unconfirmed.append(session)
        peers[session.id] = session.peer
        updateDeadline()
        return removed
    }

    /// A frame opened under a session; the unconfirmed one it establishes, if it does.
    mutating func opened(_ id: SessionID, at time: MonotonicTime) -> Unconfirmed? {
        guard let peer = peers[id] else { return nil }
        if let index = established[peer]?.firstIndex(where: { $0.id == id }) {
            established[peer]?[index].lastUsed = time
            established[peer]?[index].lastOpened = time
            return nil
        }
        guard let index = unconfirmed.firstIndex(where: { $0.id == id }) else { return nil }
        return unconfirmed.remove(at: index)
    }

    /// A frame was sealed under a session.
    mutating func sealed(_ id: SessionID, at time: MonotonicTime) {
        guard let peer = peers[id], let index = established[peer]?.firstIndex(where: { $0.id == id }) else { return }
        established[peer]?[index].lastUsed = time
    }

    /// Makes a session the one frames to the node are sealed with, and returns those that had to go for it.
    mutating func establish(_ id: SessionID, with node: NodeID, isOpened: Bool, at time: MonotonicTime) -> [Ended] {
        var removed: [Ended] = []
        if established[node, default: []].count >= SessionRules.establishedPerNode,
            let oldest = established[node]?.first
        {
            remove(oldest.id)
            removed.append((oldest.id, node))
        }
        if establishedCount >= SessionRules.established, let idle = leastRecentlyUsed() {
            if let peer = peers[idle] { removed.append((idle, peer)) }
            remove(idle)
        }
        established[node, default: []].append(
            Established(id: id, since: time, lastUsed: time, lastOpened: isOpened ? time : nil))
        establishedCount += 1
        peers[id] = node
        updateDeadline()
        return removed
    }

    /// Everything that is over, with its peer.
    mutating func expire(at time: MonotonicTime) -> [Ended] {
        guard let due = nextDeadline, due <= time else { return [] }
        var over: [Ended] = []
        for session in unconfirmed where session.made.advanced(by: SessionRules.unconfirmedLifetime) <= time {
            over.append((session.id, session.peer))
        }
        for (node, sessions) in established {
            for session in sessions where session.since.advanced(by: SessionRules.lifetime) <= time {
                over.append((session.id, node))
            }
        }
        for session in over { remove(session.id) }
        updateDeadline()
        return over.sorted { ($0.peer, $0.id.rawValue) < ($1.peer, $1.id.rawValue) }
    }

    /// Ends every session with a node and returns them.
    mutating func removeAll(of node: NodeID) -> [SessionID] {
        let ended = sessions(of: node)
        for id in ended { remove(id) }
        updateDeadline()
        return ended
    }

    private mutating func remove(_ id: SessionID) {
        guard let peer = peers.removeValue(forKey: id) else { return }
        unconfirmed.removeAll { $0.id == id }
        guard var rest = established[peer] else { return }
        let before = rest.count
        rest.removeAll { $0.id == id }
        establishedCount -= before - rest.count
        established[peer] = rest.isEmpty ? nil : rest
    }

    private func leastRecentlyUsed() -> SessionID? {
        established.values.lazy.flatMap { $0 }
            .min { ($0.lastUsed, $0.id.rawValue) < ($1.lastUsed, $1.id.rawValue) }?.id
    }

    private mutating func updateDeadline() {
        let first = established.values.lazy.compactMap(\.first?.since).min()
        nextDeadline = .earliest(
            unconfirmed.first?.made.advanced(by: SessionRules.unconfirmedLifetime),
            first?.advanced(by: SessionRules.lifetime))
    }
}
