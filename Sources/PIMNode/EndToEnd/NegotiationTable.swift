import PIMCore

/// How far this node has come with each node it wants to send payloads to, and when the first of them needs attention:
/// the driver asks for that with every frame.
struct NegotiationTable: Sendable {
    private var negotiations: [NodeID: Negotiation] = [:]
    private var deadlines = DeadlineIndex<NodeID>()

    subscript(node: NodeID) -> Negotiation? {
        get { negotiations[node] }
        _modify {
            yield &negotiations[node]
            deadlines.note(negotiations[node]?.nextDeadline, of: node)
        }
    }

    subscript(node: NodeID, default negotiation: @autoclosure () -> Negotiation) -> Negotiation {
        get { negotiations[node] ?? negotiation() }
        _modify {
            yield &negotiations[node, default: negotiation()]
            deadlines.note(negotiations[node]?.nextDeadline, of: node)
        }
    }

    var all: [NodeID: Negotiation] { negotiations }

    /// When the first of them needs attention.
    var nextDeadline: MonotonicTime? { deadlines.next }

    /// The nodes that need attention, in order.
    func due(at time: MonotonicTime) -> [NodeID] { deadlines.due(at: time) }

    /// Looks for the first deadline, if it may be another one than before.
    mutating func settle() { deadlines.settle() }
}
