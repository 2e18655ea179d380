internal import CoreMetrics
internal import Logging
internal import PIMCore
internal import PIMPlugin
internal import Synchronization

extension HostedPlugin {
    /// Opens the mailbox and starts emptying it.
    func startWorkers() {
        mailbox.open()
        let workers = progress.map { progress in
            Task { [self] in
                if isSerial { await workInBatches(progress) } else { await workBySource(progress) }
            }
        }
        life.withLock { $0.workers = workers }
    }

    /// The only worker of a plugin whose handlers run one at a time.
    private func workInBatches(_ progress: HandlerProgress) async {
        var batch: [InboundPayload] = []
        batch.reserveCapacity(limits.largestBatch)
        var size = BatchSize(limit: limits.largestBatch)
        var turn = WorkerTurn(now: clock.now())
        var isBusy = false
        while true {
            switch mailbox.take(size.count, into: &batch, progress) {
            case .closed: return
            case .nothing:
                if isBusy, mailbox.spinForArrival() { continue }
                isBusy = false
                await mailbox.arrival()
                turn = WorkerTurn(now: clock.now())
            case .payloads:
                isBusy = batch.count > 1
                let began = clock.now()
                await handle(batch, progress)
                let ended = clock.now()
                size.adapt(toBatchTaking: began.duration(to: ended))
                if turn.isOver(after: batch.count, now: ended) {
                    await Task.yield()
                    turn = WorkerTurn(now: clock.now())
                }
                batch.removeAll(keepingCapacity: true)
            }
        }
    }

    /// One of several workers, each on a payload of another source.
    private func workBySource(_ progress: HandlerProgress) async {
        var batch: [InboundPayload] = []
        var finished: FairQueue.Claim?
        var turn = WorkerTurn(now: clock.now())
        while true {
            let (harvest, claim) = mailbox.claim(into: &batch, progress, releasing: finished)
            finished = claim
            switch harvest {
            case .closed: return
            case .nothing:
                await mailbox.arrival()
                turn = WorkerTurn(now: clock.now())
            case .payloads:
                await handle(batch, progress)
                if turn.isOver(after: 1, now: clock.now()) {
                    await Task.yield()
                    turn = WorkerTurn(now: clock.now())
                }
                batch.removeAll(keepingCapacity: true)
            }
        }
    }

    private func handle(_ batch: [InboundPayload], _ progress: HandlerProgress) async {
        var failures = 0
        for position in batch.indices {
            guard mailbox.isOpen else {
                drop(batch[position...], progress)
                break
            }
            progress.begin(batch[position].source)
            do {
                try await plugin.handlePayload(batch[position])
                progress.finish(failing: false)
            } catch {
                failures += 1
                progress.finish(failing: true)
                reportHandlerError(error, payload: batch[position])
            }
        }
        metrics.handled.increment(by: batch.count - failures)
        if failures > 0 { metrics.failed.increment(by: failures) }
    }

    /// The plugin began to drain while these were on their way to it.
    private func drop(_ payloads: ArraySlice<InboundPayload>, _ progress: HandlerProgress) {
        progress.giveBack(payloads.count)
        for payload in payloads { mailbox.countDroppedAtShutdown(from: payload.source) }
        metrics.drops.count(.shutdown, payloads.count)
    }

    private func reportHandlerError(_ error: any Error, payload: InboundPayload) {
        let text = String(describing: error)
        let now = clock.now()
        let held = life.withLock { life in
            life.lastError = text
            return life.handlerErrors.admit(at: now)
        }
        guard let held else { return }
        logger.warning(
            "a payload handler failed",
            metadata: [
                "error": "\(text)", "kind": "\(payload.kind)", "peer": "\(payload.source)", "not_logged": "\(held)",
            ])
    }
}
