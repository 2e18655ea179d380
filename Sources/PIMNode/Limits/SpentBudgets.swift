import OrderedCollections
import PIMCore

/// What nodes had left of their budgets when their links ended, so that a new link is no new budget
/// (`spec/scenarios.md` PH-9). Bounded; the oldest go first.
struct SpentBudgets: Sendable {
    static let capacity = 1024
    /// After this every bucket is full again.
    static let lifetime = Duration.seconds(60)

    private struct Spent: Sendable {
        var budget: LinkBudget
        var ended: MonotonicTime
    }

    private var nodes: OrderedDictionary<NodeID, Spent> = [:]

    mutating func note(_ budget: LinkBudget, of node: NodeID, at time: MonotonicTime) {
        while let oldest = nodes.elements.first,
            nodes.count >= Self.capacity || oldest.value.ended.advanced(by: Self.lifetime) <= time
        {
            nodes.removeFirst()
        }
        let earlier = nodes.removeValue(forKey: node)?.budget
        nodes[node] = Spent(budget: earlier.map { budget.emptier(than: $0, at: time) } ?? budget, ended: time)
    }

    /// What is left for a node that is back; `nil` for one that has not been here lately.
    func left(for node: NodeID) -> LinkBudget? { nodes[node]?.budget }
}
