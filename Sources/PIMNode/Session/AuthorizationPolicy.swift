public import PIMCore

/// Who may be a neighbour of this node (`spec/daemon.md` §8). Asked only about NodeIDs that were proven
/// (`spec/crypto.md` §12.7).
public enum AuthorizationPolicy: Sendable, Hashable {
    case allowAll
    case allowList(Set<NodeID>)
    /// Everybody may, and is remembered: `known` starts as the stored list and grows with `ControlEffect.trust`.
    /// A list of `capacity` nodes takes no new ones.
    case trustOnFirstUse(known: Set<NodeID>, capacity: Int)

    /// Whether the node may have a session.
    func admits(_ node: NodeID) -> Bool {
        switch self {
        case .allowAll: true
        case .allowList(let nodes): nodes.contains(node)
        case .trustOnFirstUse(let known, let capacity): known.contains(node) || known.count < capacity
        }
    }

    /// Notes that the node has proven itself; `true` when it has to be stored.
    mutating func remember(_ node: NodeID) -> Bool {
        guard case .trustOnFirstUse(var known, let capacity) = self else { return false }
        let isNew = known.insert(node).inserted
        if isNew { self = .trustOnFirstUse(known: known, capacity: capacity) }
        return isNew
    }

    /// Forgets a node; `true` when it has to be taken out of the store.
    mutating func distrust(_ node: NodeID) -> Bool {
        guard case .trustOnFirstUse(var known, let capacity) = self, known.remove(node) != nil else { return false }
        self = .trustOnFirstUse(known: known, capacity: capacity)
        return true
    }
}
