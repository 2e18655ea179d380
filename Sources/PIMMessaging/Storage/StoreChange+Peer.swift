internal import PIMCore

extension StoreChange {
    /// Whose messages it changes: changes of one peer are written in their order. `nil`: those of all.
    var peer: NodeID? {
        switch self {
        case .insert(let message): message.peer
        case .receive(let message): message.peer
        case .acknowledge(_, let peer, _, _), .markSent(_, let peer, _), .fail(_, let peer, _, _),
            .failWaiting(let peer, _, _), .markRead(let peer, _), .deleteConversation(let peer, _, _):
            peer
        case .deleteAll: nil
        }
    }
}
