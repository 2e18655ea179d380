internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import PIMRPC
internal import Synchronization

extension MessageService {
    /// Takes a payload as far as the writer's queue; waits while that is full, which holds up the mailbox.
    ///
    /// What is not well-formed, too much or not to be trusted is counted and dropped, nothing is sent back.
    func receive(_ payload: InboundPayload) async {
        if let reason = refusal(of: payload) { return drop(payload, reason) }
        switch payload.kind {
        case MessagingKind.message: await receiveMessage(payload)
        case MessagingKind.receipt: await receiveReceipt(payload)
        default: drop(payload, "dropped_kind")
        }
    }

    /// Direct frames in clear are the least protected way and one that no implementation uses for messages
    /// (`spec/messaging.md` §18.8). Nobody else may speak for this node.
    private func refusal(of payload: InboundPayload) -> String? {
        if payload.arrival == .direct, payload.security == .unauthenticated { return "dropped_direct" }
        if payload.source == identity.nodeID { return "dropped_own_source" }
        let isKnown = peers.x25519Key(of: payload.source) != nil
        let now = clock.monotonic
        let isAdmitted = limiter.withLock { $0.admits(payload.source, isKnown: isKnown, now: now) }
        return isAdmitted ? nil : "dropped_rate"
    }

    /// `spec/messaging.md` §9.2.
    private func receiveMessage(_ payload: InboundPayload) async {
        guard let body = try? MessageBody(decoding: payload.body) else { return drop(payload, "dropped_malformed") }
        guard body.box.count <= SendMessageParameters.maximumBodySize + MessageBody.sealOverhead else {
            return drop(payload, "dropped_too_large")
        }
        guard let bytes = try? identity.open(body.box) else { return drop(payload, "dropped_unreadable") }
        guard let text = String(validating: bytes, as: UTF8.self) else { return drop(payload, "dropped_not_text") }
        let message = IncomingMessage(
            id: body.id, peer: payload.source, body: text, timestampMilliseconds: body.timestampMilliseconds,
            arrivedMilliseconds: clock.wallMilliseconds, isVerified: payload.security >= .link)
        await queue(.receive(message))
    }

    /// `spec/messaging.md` §9.3.
    private func receiveReceipt(_ payload: InboundPayload) async {
        guard let body = try? ReceiptBody(decoding: payload.body) else { return drop(payload, "dropped_malformed") }
        await queue(
            .acknowledge(body.id, peer: payload.source, body.kind, atMilliseconds: clock.wallMilliseconds))
    }

    private func queue(_ change: StoreChange) async {
        guard await commits.room(), commits.enqueue(CommitJob(change)) else {
            metrics.increment("dropped_stopping")
            return
        }
    }

    private func drop(_ payload: InboundPayload, _ counter: String) {
        metrics.increment(counter)
        logger.debug(
            "dropped a payload",
            metadata: ["peer": "\(payload.source)", "kind": "\(payload.kind)", "reason": "\(counter)"])
    }
}
