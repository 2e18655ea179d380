internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import PIMRPC
internal import Synchronization

extension MessageService {
    /// The one writer: commits what is queued, then tells. Ends when cancelled and everything queued is written.
    func write() async {
        await withTaskCancellationHandler {
            while let jobs = await commits.next() {
                let results = await store.apply(jobs.map(\.change))
                // First what somebody far away waits for, then clients.
                for (job, result) in zip(jobs, results) { carry(job, result) }
                for (job, result) in zip(jobs, results) {
                    job.reply?(result)
                    settle(job.change, result)
                }
            }
        } onCancel: {
            commits.close()
        }
    }

    /// What goes to the mesh after a commit.
    private func carry(_ job: CommitJob, _ result: Result<StoreOutcome, any Error>) {
        switch (job.change, result) {
        case (.insert(let message), .success):
            if let news = courier.outbox.withLock({ $0.committed(message.id) }) {
                if courier.attempt(message, since: news, sealed: job.sealed) == .congested { courier.wake() }
            } else {
                courier.wake()
            }
        case (.insert(let message), .failure): courier.outbox.withLock { $0.remove(message.id) }
        case (.receive(let message), .success(.stored)), (.receive(let message), .success(.duplicate)):
            courier.sendReceipt(ReceiptBody(id: message.id, kind: .delivered), to: message.peer)
        case (.acknowledge(let id, let peer, _, _), .success):
            let now = clock.monotonic
            if courier.outbox.withLock({ $0.acknowledge(id, from: peer, now: now) }) { courier.wake() }
        case (.markRead(let peer, _), .success(.read(let ids, _, _))) where settings.sendsReadReceipts:
            for id in ids { courier.sendReceipt(ReceiptBody(id: id, kind: .read), to: peer) }
        case (.failWaiting(let peer, _, _), .success): courier.outbox.withLock { $0.removeStored(of: peer) }
        case (.deleteConversation(let peer, _, _), .success):
            courier.outbox.withLock { $0.removeStored(of: peer) }
            courier.receipts.withLock { $0.remove(peer) }
        case (.deleteAll, .success):
            courier.outbox.withLock { $0.removeStored() }
            courier.receipts.withLock { $0.remove() }
        default: break
        }
    }

    /// What clients, counters and the log are told after a commit.
    private func settle(_ change: StoreChange, _ result: Result<StoreOutcome, any Error>) {
        switch result {
        case .success(let outcome): tell(change, outcome)
        case .failure(let error): warn(of: error)
        }
    }

    private func tell(_ change: StoreChange, _ outcome: StoreOutcome) {
        switch (change, outcome) {
        case (.insert(let message), .stored(let conversation)):
            let record = MessageRecord(
                id: message.id, peerNodeID: message.peer, direction: .sent, body: message.body,
                timestampMilliseconds: message.timestampMilliseconds, status: .pending)
            events.publish(MessageEvent.queued(record, in: summary(of: conversation)))
        case (.receive(let message), .stored(let conversation)):
            metrics.increment("messages_received")
            events.publish(MessageEvent.received(message.record, in: summary(of: conversation)))
        case (.receive, .duplicate): metrics.increment("messages_duplicate")
        case (.receive(let message), .conflict):
            metrics.increment("dropped_conflict")
            logger.debug("a message has the id of another one", metadata: ["peer": "\(message.peer)"])
        case (.receive, .refused): metrics.increment("dropped_conversation_full")
        case (.markSent(let id, let peer, let time), .statusChanged): tellStatus(.sent, of: id, peer, at: time)
        case (.acknowledge(let id, let peer, let kind, let time), .statusChanged):
            metrics.increment("messages_acknowledged")
            tellStatus(kind == .read ? .read : .delivered, of: id, peer, at: time)
        case (.fail(let id, let peer, let reason, let time), .statusChanged):
            tellStatus(.failed, of: id, peer, at: time, reason)
        case (.failWaiting(let peer, let reason, let time), .failedWaiting(let ids)):
            for id in ids { tellStatus(.failed, of: id, peer, at: time, reason) }
        case (.deleteConversation(let peer, _, let isAsked), .deleted(let messages, let conversations)):
            guard isAsked || messages + conversations > 0 else { break }
            events.publish(MessageEvent.historyCleared(peer: peer, deletedMessages: messages))
        case (.deleteAll, .deleted(let messages, _)):
            events.publish(MessageEvent.historyCleared(peer: nil, deletedMessages: messages))
        case (.markRead, .read(_, _, let changed?)):
            events.publish(MessageEvent.conversationChanged(summary(of: changed)))
        default: break
        }
    }

    private func tellStatus(
        _ status: MessageStatus, of id: MessageID, _ peer: NodeID, at time: Int64, _ reason: MessageFailureReason? = nil
    ) {
        events.publish(
            MessageEvent.status(
                .init(messageID: id, peerNodeID: peer, newStatus: status, atMilliseconds: time, reason: reason)))
    }

    /// A disk that is full fails every change; the log hears of it every ten seconds.
    private func warn(of error: any Error) {
        metrics.increment("storage_failures")
        let now = clock.monotonic
        let isNews = storageWarning.withLock { last in
            if let last, last.duration(to: now) < .seconds(10) { return false }
            last = now
            return true
        }
        if isNews { logger.warning("messages cannot be stored", metadata: ["error": "\(error)"]) }
    }

    /// A conversation with what the peer directory knows of the peer.
    func summary(of conversation: StoredConversation) -> ConversationSummary {
        let peer = conversation.peer
        let name = peers.name(of: peer) ?? ""
        return ConversationSummary(
            peerNodeID: peer, name: name.isEmpty ? ConversationSummary.shortID(of: peer) : name,
            lastMessagePreview: conversation.lastMessagePreview,
            lastMessageMilliseconds: conversation.lastMessageMilliseconds, unreadCount: conversation.unreadCount,
            x25519PublicKey: peers.x25519Key(of: peer), isConnected: peers.isConnected(peer))
    }
}
