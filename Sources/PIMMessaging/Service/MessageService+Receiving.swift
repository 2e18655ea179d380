internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import PIMRPC
internal import Synchronization

extension MessageService {
    /// Opened together on as many threads; more would only take them from forwarding.
    private static let openers = 2

    /// Takes a payload as far as a queue of 4096, so that a burst does not overrun the mailbox; waits while that is
    /// full. Like the mailbox it serves sources in turn.
    ///
    /// What is not well-formed, too much or not to be trusted is counted and dropped, nothing is sent back.
    func receive(_ payload: InboundPayload) async {
        if let reason = refusal(of: payload) { return drop(payload, reason) }
        guard await inbound.room(), inbound.enqueue(payload) else { return drop(payload, "dropped_stopping") }
    }

    /// Opens what arrived and hands it to the writer in the order it came from each source. Ends when cancelled; what was not stored by
    /// then was not acknowledged, so its sender sends it again.
    func openInbound() async {
        await withTaskCancellationHandler {
            while let payloads = await inbound.next() {
                for change in await opened(payloads) {
                    guard await commits.room(), commits.enqueue(CommitJob(change)) else { return }
                }
            }
        } onCancel: {
            inbound.close()
        }
    }

    /// Direct frames in clear are the least protected way and one that no implementation uses for messages
    /// (`spec/messaging.md` §18.8). Nobody else may speak for this node.
    private func refusal(of payload: InboundPayload) -> String? {
        let isClear = payload.arrival == .direct && payload.security == .unauthenticated
        guard SafetyRule.clearMessage.permits(!isClear) else { return "dropped_direct" }
        guard SafetyRule.ownMessage.permits(payload.source != identity.nodeID) else { return "dropped_own_source" }
        guard SafetyRule.messageSize.permits(payload.body.count <= MessageBody.maximumSize) else {
            return "dropped_too_large"
        }
        let isKnown = peers.x25519Key(of: payload.source) != nil
        let now = clock.monotonic
        let isAdmitted = limiter.withLock { $0.admits(payload.source, isKnown: isKnown, now: now) }
        return isAdmitted ? nil : "dropped_rate"
    }

    /// The changes that payloads ask for, in their order. The work is in the key agreement of each box.
    private func opened(_ payloads: [InboundPayload]) async -> [StoreChange] {
        guard payloads.count >= 2 * Self.openers else { return payloads.compactMap { change(for: $0) } }
        let share = (payloads.count + Self.openers - 1) / Self.openers
        return await withTaskGroup(of: (Int, [StoreChange]).self) { group in
            for start in stride(from: 0, to: payloads.count, by: share) {
                group.addTask { (start, payloads[start...].prefix(share).compactMap { self.change(for: $0) }) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func change(for payload: InboundPayload) -> StoreChange? {
        switch payload.kind {
        case MessagingKind.message: message(in: payload).map { .receive($0) }
        case MessagingKind.receipt: receipt(in: payload)
        default: dropped(payload, "dropped_kind")
        }
    }

    /// `spec/messaging.md` §9.2.
    private func message(in payload: InboundPayload) -> IncomingMessage? {
        guard let body = try? MessageBody(decoding: payload.body) else { return dropped(payload, "dropped_malformed") }
        guard let bytes = try? identity.open(body.box) else { return dropped(payload, "dropped_unreadable") }
        guard let text = String(validating: bytes, as: UTF8.self) else { return dropped(payload, "dropped_not_text") }
        return IncomingMessage(
            id: body.id, peer: payload.source, body: text, timestampMilliseconds: body.timestampMilliseconds,
            arrivedMilliseconds: clock.wallMilliseconds,
            isVerified: SafetyRule.messageProof.permits(payload.security >= .link))
    }

    /// `spec/messaging.md` §9.3.
    private func receipt(in payload: InboundPayload) -> StoreChange? {
        guard let body = try? ReceiptBody(decoding: payload.body) else { return dropped(payload, "dropped_malformed") }
        return .acknowledge(body.id, peer: payload.source, body.kind, atMilliseconds: clock.wallMilliseconds)
    }

    private func dropped<Value>(_ payload: InboundPayload, _ counter: String) -> Value? {
        drop(payload, counter)
        return nil
    }

    private func drop(_ payload: InboundPayload, _ counter: String) {
        metrics.increment(counter)
        logger.debug(
            "dropped a payload",
            metadata: ["peer": "\(payload.source)", "kind": "\(payload.kind)", "reason": "\(counter)"])
    }
}
