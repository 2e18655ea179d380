internal import CoreMetrics
internal import Logging
internal import PIMCore
internal import Synchronization

extension HostedPlugin {
    var status: PluginStatus {
        let now = clock.now()
        // First the mailbox, then the workers: a payload on its way between them is seen twice rather than not at all.
        let (count, drops) = (mailbox.count, mailbox.drops)
        let progress = progress.map(\.snapshot)
        let taken = progress.reduce(0) { $0 + ($1.taken - $1.started) }
        let failed = progress.reduce(0) { $0 + $1.failed }
        let finished = progress.reduce(0) { $0 + $1.finished }
        return life.withLock { life in
            PluginStatus(
                name: name, rpcNamespace: rpcNamespace, phase: life.phase,
                phaseAge: life.phaseSince.duration(to: now), kinds: kinds, policy: policy,
                holdsSigningSeed: portRequest.maySeeSigningSeed, queued: count + Int(taken),
                handling: progress.filter(\.isBusy).count, handled: finished - min(failed, finished), failed: failed,
                drops: drops, stalledFor: life.stalls.compactMap(\.stalledSince).min()?.duration(to: now),
                lastError: life.lastError)
        }
    }

    /// One look of the watchdog: reports handlers that do not return, and drops since the last report.
    func watch(at now: MonotonicTime) {
        var isStalled = false
        for (worker, progress) in progress.enumerated() {
            let snapshot = progress.snapshot
            let (finding, stalled) = life.withLock { life in
                let finding = life.stalls[worker].look(at: snapshot, now: now)
                return (finding, life.stalls[worker].stalledSince != nil)
            }
            isStalled = isStalled || stalled
            switch finding {
            case .nothing: break
            case .stalled(let since):
                logger.warning(
                    "a payload handler does not return",
                    metadata: ["peer": "\(progress.source)", "running_for": "\(since.duration(to: now))"])
            case .recovered(let duration):
                logger.notice("the stalled handler returned", metadata: ["running_for": "\(duration)"])
            }
        }
        metrics.stalled.record(isStalled ? 1 : 0)
        metrics.queued.record(mailbox.count)
        reportDrops(at: now)
    }

    private func reportDrops(at now: MonotonicTime) {
        let drops = mailbox.drops
        let new = life.withLock { life -> UInt64 in
            let new = drops.total - life.dropsReported
            guard new > 0, life.dropReports.admit(at: now) != nil else { return 0 }
            life.dropsReported = drops.total
            return new
        }
        guard new > 0 else { return }
        logger.warning(
            "payloads were dropped",
            metadata: [
                "count": "\(new)", "total": "\(drops.total)",
                "most_from": "\(drops.topSources.first?.source.description ?? "–")",
            ])
    }
}
