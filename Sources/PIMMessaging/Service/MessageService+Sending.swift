internal import PIMCore
internal import PIMPlugin
internal import PIMRPC
internal import Synchronization

extension MessageService {
    /// Stores a message and queues it for its peer; returns when it is on disk (`spec/messaging.md` §9.1, §18.4).
    ///
    /// - Throws: `RPCError`: the peer has neither key nor route; the outbox is full; the store failed.
    func send(_ body: String, to peer: NodeID) async throws -> SendMessageResult {
        let hasRoute = peers.hasRoute(to: peer)
        guard hasRoute || peers.x25519Key(of: peer) != nil else {
            throw RPCError(.messagePeerUnknown, "no x25519 key of \(peer), and no route by which it could come")
        }
        let message = OutgoingMessage(
            id: .random(), peer: peer, body: body, timestampMilliseconds: clock.wallMilliseconds)
        let now = clock.monotonic
        guard courier.outbox.withLock({ $0.reserve(message.id, for: peer, size: body.utf8.count, now: now) }) else {
            throw RPCError(.storageFailed, "too many messages wait to be delivered")
        }
        // Sealed here, beside other senders and ahead of the transaction, unless it has to wait for its turn anyway.
        let isFirst = courier.outbox.withLock { $0.lines[peer]?.isBacklogged != true }
        do {
            _ = try await commit(.insert(message), sealed: hasRoute && isFirst ? courier.seal(message) : nil)
        } catch {
            courier.outbox.withLock { $0.remove(message.id) }
            throw error
        }
        return SendMessageResult(
            id: message.id, timestampMilliseconds: message.timestampMilliseconds, status: .pending)
    }
}
