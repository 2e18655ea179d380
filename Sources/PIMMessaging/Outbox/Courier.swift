internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import PIMRPC
internal import Synchronization

/// Carries stored messages and receipts to the mesh: the hands of the ``Outbox``.
///
/// New messages are sent by whoever committed them; everything else (routes that appear, resends, full queues that
/// empty) is done by one task, ``run()``, woken by news from the mesh and once a second by ``runTimer()``.
final class Courier: Sendable {
    /// Messages read from disk and sealed at a time.
    private static let batch = 64

    let outbox: Mutex<Outbox>
    let receipts = Mutex(ReceiptBacklog())
    let peers: any PeerDirectory
    let identity: any NodeIdentity
    let clock: any MessagingClock
    private let control: any ControlSender
    private let metrics: any PluginMetrics
    private let logger: Logger
    private let store: MessageStore
    private let commits: CommitQueue
    private let wakeUps = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(
        limits: OutboxLimits, context: PluginContext, store: MessageStore, commits: CommitQueue,
        clock: any MessagingClock
    ) {
        outbox = Mutex(Outbox(limits: limits))
        peers = context.peers
        identity = context.identity
        control = context.control
        metrics = context.metrics
        logger = context.logger
        self.clock = clock
        self.store = store
        self.commits = commits
    }

    /// Makes ``run()`` look for work.
    func wake() {
        wakeUps.continuation.yield()
    }

    /// Sends what becomes ready until the task is cancelled.
    func run() async {
        for await _ in wakeUps.stream {
            while await pump(), !Task.isCancelled {
                try? await clock.sleep(for: ResendPolicy.congestion)
            }
        }
    }

    /// Wakes ``run()`` for resends and expiries.
    func runTimer() async throws {
        while true {
            try await clock.sleep(for: .seconds(1))
            let now = clock.monotonic
            let (isDue, count, bytes) = outbox.withLock { ($0.isDue(now: now), $0.count, $0.bytes) }
            metrics.set("outbox_messages", to: Double(count))
            metrics.set("outbox_bytes", to: Double(bytes))
            let hasReceipts = prepareReceipts()
            if isDue || hasReceipts { wake() }
        }
    }

    /// Does everything that can be done now.
    ///
    /// - Returns: whether something waits for a full link queue and should be tried again soon.
    func pump() async -> Bool {
        sendReadyReceipts()
        giveUpExpired()
        while !Task.isCancelled {
            let turns = takeReady()
            if turns.isEmpty { break }
            await send(turns)
        }
        return outbox.withLock { $0.isCongested } || receipts.withLock { $0.isReady }
    }

    private typealias Turn = (id: MessageID, since: OutboxLine.News)

    private func takeReady() -> [Turn] {
        let now = clock.monotonic
        let ready = outbox.withLock { outbox in
            outbox.requeueDue(now: now)
            return outbox.readyPeers(now: now)
        }
        var turns: [Turn] = []
        for peer in ready {
            let news = outbox.withLock { $0.news(of: peer) }
            let canSend = peers.hasRoute(to: peer) && peers.x25519Key(of: peer) != nil
            outbox.withLock { outbox in
                if canSend {
                    turns += outbox.take(from: peer, limit: Self.batch)
                } else {
                    outbox.deferLine(of: peer, since: news, now: now)
                }
            }
            if turns.count >= Self.batch { break }
        }
        return turns
    }

    private func send(_ turns: [Turn]) async {
        let messages: [MessageID: OutgoingMessage]
        do {
            messages = try await store.outgoing(turns.map(\.id))
        } catch {
            if !Task.isCancelled {
                logger.warning("waiting messages cannot be read", metadata: ["error": "\(error)"])
            }
            for turn in turns { settle(turn.id, since: turn.since, .unreachable, at: clock.wallMilliseconds) }
            return
        }
        // After the first that does not leave, the rest of a peer's messages wait behind it, in order.
        var blocked: [NodeID: SendAttempt] = [:]
        for turn in turns {
            guard let message = messages[turn.id] else {
                outbox.withLock { $0.remove(turn.id) }
                continue
            }
            if let result = blocked[message.peer] {
                settle(turn.id, since: turn.since, result, at: clock.wallMilliseconds)
                continue
            }
            let result = attempt(message, since: turn.since, sealed: nil)
            if !result.isAccepted { blocked[message.peer] = result }
        }
    }

    private func giveUpExpired() {
        let expired = outbox.withLock { $0.expire(now: clock.monotonic) }
        for (id, peer) in expired {
            commits.enqueueFollowUp(
                CommitJob(.fail(id, peer: peer, .expired, atMilliseconds: clock.wallMilliseconds)))
        }
    }
}

// MARK: Sending

extension Courier {
    /// Sends a message now if there is a way and a key, and notes how that ended.
    @discardableResult
    func attempt(_ message: OutgoingMessage, since news: OutboxLine.News, sealed: SealedText?) -> SendAttempt {
        let result = hand(message, sealed: sealed)
        settle(message.id, since: news, result, at: clock.wallMilliseconds, peer: message.peer)
        return result
    }

    private func hand(_ message: OutgoingMessage, sealed: SealedText?) -> SendAttempt {
        guard peers.hasRoute(to: message.peer),
            let text = sealed?.current(in: peers, for: message.peer) ?? seal(message)
        else { return .unreachable }
        let body = MessageBody(id: message.id, timestampMilliseconds: message.timestampMilliseconds, box: text.box)
        return send(MessagingKind.message, body.encode(), to: message.peer)
    }

    /// `nil` without a key, or with one nothing can be sealed for.
    func seal(_ message: OutgoingMessage) -> SealedText? {
        guard let key = peers.x25519Key(of: message.peer) else { return nil }
        do {
            return SealedText(key: key, box: try identity.seal(Array(message.body.utf8), to: key))
        } catch {
            logger.debug("cannot seal for a peer", metadata: ["peer": "\(message.peer)", "error": "\(error)"])
            return nil
        }
    }

    private func settle(
        _ id: MessageID, since news: OutboxLine.News, _ result: SendAttempt, at time: Int64, peer: NodeID? = nil
    ) {
        let now = clock.monotonic
        let isFirst = outbox.withLock {
            $0.settle(id, since: news, result, now: now, jitter: .random(in: 0..<1))
        }
        if result.isAccepted { metrics.increment("messages_sent") }
        if isFirst, let peer { commits.enqueueFollowUp(CommitJob(.markSent(id, peer: peer, atMilliseconds: time))) }
    }

    private func send(_ kind: String, _ body: [UInt8], to peer: NodeID) -> SendAttempt {
        switch control.send(OutboundPayload(kind: kind, body: body), to: peer) {
        case .queued(let security): .accepted(isSealed: security == .endToEnd)
        case .awaitingSession, .parked: .accepted(isSealed: false)
        case .congested: .congested
        case .noRoute, .noSession: .refused
        case .tooLarge, .invalidKind, .tooInsecure, .stopped: .unreachable
        }
    }
}

// MARK: Receipts

extension Courier {
    /// Sends a receipt now, or as soon as there is a way back.
    func sendReceipt(_ receipt: ReceiptBody, to peer: NodeID) {
        let mustWait = receipts.withLock { $0.isWaiting(for: peer) }
        let result = mustWait ? .unreachable : send(MessagingKind.receipt, receipt.encode(), to: peer)
        if !result.isAccepted { keep([receipt], for: peer, soon: result == .congested || mustWait) }
    }

    /// Receipts that found no way although the directory knows a route go again with the timer.
    private func prepareReceipts() -> Bool {
        let waiting = receipts.withLock { $0.peers }.filter { peers.hasRoute(to: $0) }
        receipts.withLock { receipts in
            for peer in waiting { receipts.reachable(peer) }
        }
        return !waiting.isEmpty
    }

    private func sendReadyReceipts() {
        for (peer, waiting) in receipts.withLock({ $0.takeReady() }) {
            var rest = waiting[...]
            while let receipt = rest.first {
                let result = send(MessagingKind.receipt, receipt.encode(), to: peer)
                guard result.isAccepted else {
                    keep(rest, for: peer, soon: result == .congested)
                    break
                }
                rest.removeFirst()
            }
        }
    }

    private func keep(_ waiting: some Collection<ReceiptBody> & Sendable, for peer: NodeID, soon: Bool) {
        let dropped = receipts.withLock { $0.keep(waiting, for: peer, soon: soon) }
        if dropped > 0 { metrics.increment("receipts_dropped", by: dropped) }
        if soon { wake() }
    }
}

extension SealedText {
    /// This text, if it was sealed for the key the peer has now.
    func current(in peers: any PeerDirectory, for peer: NodeID) -> SealedText? {
        key == peers.x25519Key(of: peer) ? self : nil
    }
}
