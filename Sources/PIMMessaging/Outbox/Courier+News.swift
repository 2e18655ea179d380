internal import PIMCore
internal import PIMPlugin
internal import Synchronization

/// What news from the mesh mean for messages that wait or are under way (``ResendPolicy``).
extension Courier {
    /// Follows the peer directory until the stream ends.
    func follow(_ events: AsyncStream<PeerEvent>) async {
        for await event in events {
            note(event)
            wake()
        }
    }

    func note(_ event: PeerEvent) {
        let now = clock.monotonic
        switch event {
        case .routeUp(let peer): reachable(peer)
        case .connected:
            // The session may be the first step to other nodes, too; a way to them may have existed without it.
            outbox.withLock { $0.allReachable() }
            receipts.withLock { $0.allReachable() }
        case .seen(let peer, _, _, _):
            // A peer introduces itself after a restart; then what we sent before may have been lost with it. And with a
            // new key it could not read what was sealed for the old one.
            outbox.withLock { $0.doubt(peer, now: now) }
            reachable(peer)
        case .routeDown(let peer): outbox.withLock { $0.lost(peer) }
        case .disconnected(let peer):
            // Frames for anybody may have been in that link's queue.
            outbox.withLock { outbox in
                outbox.lost(peer)
                outbox.doubt(now: now)
            }
            // There may be another way.
            reachable(peer)
        case .resync:
            outbox.withLock { outbox in
                outbox.allReachable()
                outbox.doubt(now: now)
            }
            receipts.withLock { $0.allReachable() }
        case .forgotten, .keyConflict: break
        }
    }

    private func reachable(_ peer: NodeID) {
        outbox.withLock { $0.reachable(peer) }
        receipts.withLock { $0.reachable(peer) }
    }
}
