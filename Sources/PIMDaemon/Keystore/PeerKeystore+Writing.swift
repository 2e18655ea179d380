import GRDB
import Logging
public import PIMCore
public import ServiceLifecycle
import Synchronization

extension PeerKeystore {
    /// How long changes wait for company.
    struct Timing: Sendable {
        /// Between a change and its writing.
        var gathering = Duration.milliseconds(250)
        /// Between two writings of rows in which only last-seen changed.
        var touching = Duration.seconds(60)
        /// After a failed write.
        var retrying = Duration.seconds(5)
    }

    /// Writes everything that is not in the file yet.
    ///
    /// - Throws: Category `io` when that failed. Nothing is lost: it stays marked and is tried again.
    public func flush() async throws(PIMError) {
        let taken = TakenBatch()
        do {
            try await database.write { self.take(taken) }
        } catch {
            throw restore(taken, error)
        }
        confirm(taken)
    }

    /// Writes what is left and closes the file. To be called last, when nothing changes any more.
    ///
    /// - Throws: As ``flush()``.
    public func close() throws(PIMError) {
        try flushBlocking()
        do {
            try database.close()
        } catch {
            throw PIMError(.io, "cannot close \(database.path)", cause: error)
        }
    }

    /// As ``flush()``, but blocks the thread, and works in a cancelled task.
    func flushBlocking() throws(PIMError) {
        let taken = TakenBatch()
        do {
            try database.write { self.take(taken) }
        } catch {
            throw restore(taken, error)
        }
        confirm(taken)
    }

    /// Moves the marks into a batch. Called by the database's one writer.
    private func take(_ taken: TakenBatch) -> KeystoreDatabase.Batch {
        let batch = state.withLock { state in
            var batch = KeystoreDatabase.Batch()
            batch.isComplete = state.needsCompleteWrite
            if state.needsCompleteWrite {
                batch.rows = state.table.rows
            } else {
                for peer in state.changed.union(state.touched) {
                    if let row = state.table.rows[peer] {
                        batch.rows[peer] = row
                    } else {
                        batch.removed.append(peer)
                    }
                }
            }
            state.changed.removeAll()
            state.touched.removeAll()
            state.needsCompleteWrite = false
            return batch
        }
        taken.batch.withLock { $0 = batch }
        return batch
    }

    /// Puts the marks of a failed write back.
    private func restore(_ taken: TakenBatch, _ error: any Error) -> PIMError {
        let batch = taken.batch.withLock { $0 }
        let reason = (error as? DatabaseError)?.briefly ?? "\(error)"
        let isNews = state.withLock { state in
            if batch.isComplete {
                state.needsCompleteWrite = true
            } else {
                state.changed.formUnion(batch.rows.keys)
                state.changed.formUnion(batch.removed)
            }
            guard !(error is CancellationError) else { return false }
            defer { state.writeFailure = reason }
            return state.writeFailure == nil
        }
        if isNews {
            logger.error(
                "peer directory cannot be written and goes on in memory",
                metadata: ["path": "\(database.path)", "error": "\(reason)"])
        }
        return PIMError(.io, "cannot write \(database.path): \(reason)")
    }

    private func confirm(_ taken: TakenBatch) {
        guard !taken.batch.withLock({ $0.isEmpty }) else { return }
        let hadFailed = state.withLock { state in
            defer { state.writeFailure = nil }
            return state.writeFailure != nil
        }
        if hadFailed { logger.notice("peer directory is written again", metadata: ["path": "\(database.path)"]) }
    }
}

extension PeerKeystore: Service {
    /// Writes changes until cancellation or graceful shutdown, and then once more. To be run once. A disk that cannot be
    /// written is no failure of the service.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.writeChanges() }
                group.addTask { await self.writeTouchedRows() }
            }
        }
        do {
            // The task is cancelled by now, and a cancelled task gets no asynchronous access.
            try flushBlocking()
        } catch {
            logger.error("peer directory was not written to its end", metadata: ["error": "\(error)"])
        }
    }

    private func writeChanges() async {
        for await _ in signals {
            try? await Task.sleep(for: timing.gathering)
            await writeOrRetry()
        }
    }

    private func writeTouchedRows() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: timing.touching)
            if state.withLock({ !$0.touched.isEmpty }) { requestWrite() }
        }
    }

    private func writeOrRetry() async {
        guard !Task.isCancelled else { return }
        do {
            try await flush()
        } catch {
            // Logged when it began; memory keeps everything until it is over.
            try? await Task.sleep(for: timing.retrying)
            requestWrite()
        }
    }
}
