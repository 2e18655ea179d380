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
        nodes.removeValue(forKey: node)
        nodes[node] = Spent(budget: budget, ended: time)
    }

    /// What is left for a node that is back; `nil` for one that has not been here lately.
    mutating func take(_ node: NodeID) -> LinkBudget? {
        nodes.removeValue(forKey: node)?.budget
    }
}
