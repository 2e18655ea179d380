internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import PIMRPC
internal import Synchronization

/// The messaging of one running daemon: what RPC methods, inbound payloads and the mesh do to the stored messages.
///
/// Everything that changes a message goes through one queue, in which peers take turns, to one writer and is committed
/// in batches; only then is it told to anybody: the receipt to the sender, the payload to the mesh, the answer and the
/// event to clients (``MessageService/settle(_:_:)``). Reading goes beside it.
final class MessageService: Sendable {
    let settings: MessagingSettings
    let store: MessageStore
    /// Payloads as they came; see ``openInbound()``.
    let inbound = BatchQueue<InboundPayload>(capacity: 4096, batch: 64, source: \.source)
    let commits = CommitQueue(capacity: 1024, batch: 512, source: \.change.peer)
    let courier: Courier
    let peers: any PeerDirectory
    let identity: any NodeIdentity
    let events: any PluginEventSink
    let metrics: any PluginMetrics
    let logger: Logger
    let clock: any MessagingClock
    let limiter: Mutex<SourceLimiter>
    /// When a failure of the disk was last logged.
    let storageWarning = Mutex<MonotonicTime?>(nil)

    /// Opens the store and takes over what waits in it.
    init(context: PluginContext, settings: MessagingSettings, clock: any MessagingClock) async throws {
        self.settings = settings
        self.clock = clock
        peers = context.peers
        identity = context.identity
        events = context.events
        metrics = context.metrics
        logger = context.logger
        limiter = Mutex(SourceLimiter(rate: settings.inboundRate))
        store = try MessageStore(
            directory: context.dataDirectory, earlierDirectory: context.daemonDataDirectory,
            limits: StoreLimits(
                messagesPerPeer: settings.messagesPerPeer, bytesPerPeer: settings.bytesPerPeer,
                conversations: settings.conversations), nowMilliseconds: clock.wallMilliseconds)
        let outbox = OutboxLimits(
            messages: settings.outboxMessages, bytes: settings.outboxBytes,
            lifetime: .seconds(settings.outboxLifetimeSeconds))
        courier = Courier(limits: outbox, context: context, store: store, commits: commits, clock: clock)
        let now = clock.monotonic
        let wall = clock.wallMilliseconds
        for message in try await store.waiting() {
            let age = Duration.milliseconds(max(0, wall - max(0, message.timestampMilliseconds)))
            courier.outbox.withLock { $0.restore(message, age: age, now: now) }
        }
        courier.wake()
    }

    /// Starts what runs beside the calls: all of it ends by cancellation, the writer after it has written what is
    /// queued.
    func start(in context: PluginContext) {
        let events = peers.events()
        context.run("opener") { await self.openInbound() }
        context.run("writer") { await self.write() }
        context.run("courier") { await self.courier.run() }
        context.run("courier timer") { try await self.courier.runTimer() }
        context.run("peer events") { await self.courier.follow(events) }
        // Routes that came up before the events were subscribed.
        courier.note(.resync)
        courier.wake()
    }

    /// Queues a change and waits for its commit.
    ///
    /// - Throws: `RPCError` with the code for storage failures.
    func commit(_ change: StoreChange, sealed: SealedText? = nil) async throws -> StoreOutcome {
        guard await commits.room() else { throw Self.stopped }
        do {
            return try await withCheckedThrowingContinuation { continuation in
                let job = CommitJob(change, sealed: sealed) { continuation.resume(with: $0) }
                if !commits.enqueue(job) { continuation.resume(throwing: Self.stopped) }
            }
        } catch let error as RPCError {
            throw error
        } catch {
            throw MessageStore.rpcError(for: error)
        }
    }

    static let stopped = RPCError(.internalError, "messaging has stopped")
}
