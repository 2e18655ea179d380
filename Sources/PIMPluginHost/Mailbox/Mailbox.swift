internal import PIMCore
internal import PIMPlugin
internal import Synchronization

/// The payloads that wait for one plugin: a ``FairQueue`` that any thread may fill and the plugin's workers empty.
///
/// Bounded by the queue's capacity; what happens when it is full is the queue's rule. Filling never waits. Workers that
/// find it empty suspend here and are resumed one per payload.
final class Mailbox: Sendable {
    private enum Stage {
        case notYetOpen
        case open
        case closed
    }

    private struct State {
        var stage = Stage.notYetOpen
        var queue: FairQueue
        var drops: DropLedger
        var idle: [Waiter] = []
    }

    /// What a worker found.
    enum Harvest {
        case payloads
        case nothing
        case closed
    }

    private typealias Waiter = CheckedContinuation<Void, Never>

    /// Looks of ``spinForArrival()``, about a nanosecond each.
    private static let spins = 4_000

    private let state: Mutex<State>
    /// Lets a worker look between two handlers without the lock.
    private let isClosed = Atomic<Bool>(false)
    /// The queue's count, for a look without the lock; written under it.
    private let waiting = Atomic<Int>(0)

    /// What lesser payloads are refused for.
    private let minimumSecurity: PayloadSecurity

    init(capacity: Int, rankedSources: Int, minimumSecurity: PayloadSecurity = .unauthenticated) {
        self.minimumSecurity = minimumSecurity
        state = Mutex(State(queue: FairQueue(capacity: capacity), drops: DropLedger(sources: rankedSources)))
    }

    /// Any thread, never waits.
    func deliver(_ payload: InboundPayload) -> (outcome: DeliveryOutcome, lost: DropReason?) {
        let (outcome, lost, worker) = state.withLock { state -> (DeliveryOutcome, DropReason?, Waiter?) in
            guard state.stage == .open else {
                state.drops.count(.notRunning, from: payload.source)
                return (.dropped(.notRunning), .notRunning, nil)
            }
            guard SafetyRule.pluginSecurity.permits(payload.security >= minimumSecurity) else {
                state.drops.count(.insufficientSecurity, from: payload.source)
                return (.dropped(.insufficientSecurity), .insufficientSecurity, nil)
            }
            let lost: DropReason?
            switch state.queue.offer(payload) {
            case .queued:
                lost = nil
            case .refused:
                state.drops.count(.mailboxFull, from: payload.source)
                return (.dropped(.mailboxFull), .mailboxFull, nil)
            case .displaced(let source):
                state.drops.count(.mailboxFull, from: source)
                lost = .mailboxFull
            }
            waiting.store(state.queue.count, ordering: .relaxed)
            return (.queued, lost, state.queue.isServable ? state.idle.popLast() : nil)
        }
        worker?.resume()
        return (outcome, lost)
    }

    /// Moves up to `limit` payloads, served round robin, into `batch`, and says so in `progress` under the same lock:
    /// whoever asks for the count and then for the progress misses none.
    func take(_ limit: Int, into batch: inout [InboundPayload], _ progress: HandlerProgress) -> Harvest {
        state.withLock { state in
            guard state.stage == .open else { return .closed }
            while batch.count < limit, let payload = state.queue.take() { batch.append(payload) }
            waiting.store(state.queue.count, ordering: .relaxed)
            progress.take(batch.count)
            return batch.isEmpty ? .nothing : .payloads
        }
    }

    /// Takes one payload whose source is then held back until the worker comes again with the claim.
    func claim(
        into batch: inout [InboundPayload], _ progress: HandlerProgress, releasing finished: FairQueue.Claim?
    ) -> (harvest: Harvest, claim: FairQueue.Claim?) {
        state.withLock { state in
            if let finished { state.queue.release(finished) }
            guard state.stage == .open else { return (.closed, nil) }
            guard let (payload, claim) = state.queue.claim() else { return (.nothing, nil) }
            batch.append(payload)
            waiting.store(state.queue.count, ordering: .relaxed)
            progress.take(1)
            return (.payloads, claim)
        }
    }

    /// Looks for a payload for a few microseconds: less than suspending and being resumed costs, and while payloads come
    /// in quick succession the next one is that close.
    ///
    /// - Returns: whether one arrived.
    func spinForArrival() -> Bool {
        for _ in 0..<Self.spins where waiting.load(ordering: .relaxed) > 0 { return true }
        return false
    }

    /// Suspends until there is something to take or the mailbox is closed.
    func arrival() async {
        await withCheckedContinuation { (continuation: Waiter) in
            let canGoOn = state.withLock { state in
                if state.stage != .open || state.queue.isServable { return true }
                state.idle.append(continuation)
                return false
            }
            if canGoOn { continuation.resume() }
        }
    }

    /// From now on payloads are taken in.
    func open() {
        state.withLock { $0.stage = .open }
    }

    /// Takes no payload any more and drops those that wait. Workers end when their current handler returns.
    ///
    /// - Returns: how many were dropped.
    func close() -> Int {
        let (dropped, idle) = state.withLock { state in
            state.stage = .closed
            let dropped = state.queue.removeAll()
            waiting.store(0, ordering: .relaxed)
            for source in dropped { state.drops.count(.shutdown, from: source) }
            let idle = state.idle
            state.idle = []
            return (dropped.count, idle)
        }
        isClosed.store(true, ordering: .releasing)
        for worker in idle { worker.resume() }
        return dropped
    }

    /// Counts a payload that a worker had already taken when the mailbox was closed.
    func countDroppedAtShutdown(from source: NodeID) {
        state.withLock { $0.drops.count(.shutdown, from: source) }
    }

    /// Whether workers should go on with what they have taken.
    var isOpen: Bool { !isClosed.load(ordering: .relaxed) }
    var count: Int { state.withLock { $0.queue.count } }

    var drops: PayloadDrops {
        state.withLock { state in
            var drops = state.drops.snapshot
            for rank in drops.topSources.indices {
                drops.topSources[rank].queued = state.queue.count(of: drops.topSources[rank].source)
            }
            return drops
        }
    }
}
