internal import PIMRPC
internal import Synchronization

/// Sends log lines to one client: it pulls them from the ring at the client's pace, so that history and live lines come in
/// one sequence, nothing twice, and a slow client costs no memory.
///
/// History is paced in chunks because user interfaces keep few undelivered notifications and take an overflow for a lost
/// connection (`spec/rpc.md` §10.2).
final class ClientLogFeed: Sendable {
    static let chunk = 64
    static let pause = Duration.milliseconds(10)

    private struct State {
        var filters: [UInt64: LogFilter] = [:]
        /// The next line to look at; `nil` before the first subscription.
        var cursor: UInt64?
        var listener: UInt64?
    }

    private let logs: LogStream
    private let outbox: ClientOutbox
    private let state = Mutex(State())
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    init(logs: LogStream, outbox: ClientOutbox) {
        self.logs = logs
        self.outbox = outbox
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds a subscription; a line goes out if any subscription admits it. The first one starts with the history.
    ///
    /// - Returns: How many lines of history will follow.
    func subscribe(_ number: UInt64, _ filter: LogFilter) -> Int {
        let wakeUp = wakeUp
        let history = state.withLock { state in
            let kept = logs.range
            let isFirst = state.cursor == nil
            // Between two subscriptions nobody wanted the lines that came.
            if isFirst {
                state.cursor = kept.lowerBound
            } else if state.filters.isEmpty {
                state.cursor = kept.upperBound
            }
            if state.listener == nil { state.listener = logs.addListener { wakeUp.yield() } }
            state.filters[number] = filter
            guard isFirst else { return 0 }
            return logs.records(from: kept.lowerBound, limit: kept.count).records
                .count { filter.admits($0.level, source: $0.source) }
        }
        wakeUp.yield()
        return history
    }

    func unsubscribe(_ number: UInt64) {
        state.withLock { _ = $0.filters.removeValue(forKey: number) }
    }

    /// Sends until the task is cancelled.
    func run() async {
        defer {
            if let listener = state.withLock({ $0.listener }) { logs.removeListener(listener) }
        }
        for await _ in wakeUps {
            while !Task.isCancelled, let isFull = sendChunk() {
                await outbox.waitForRoom()
                if isFull { try? await Task.sleep(for: Self.pause) }
            }
        }
    }

    /// - Returns: Whether the chunk was full, so that more may be waiting; `nil` when there was nothing to look at.
    private func sendChunk() -> Bool? {
        let (lines, missed, count) = state.withLock { state in
            guard let cursor = state.cursor, !state.filters.isEmpty else { return ([[UInt8]](), 0, 0) }
            let (records, missed) = logs.records(from: cursor, limit: Self.chunk)
            if let last = records.last { state.cursor = last.sequence + 1 }
            let wanted = records.filter { record in
                state.filters.values.contains { $0.admits(record.level, source: record.source) }
            }
            let lines = wanted.compactMap { record in
                (try? RPCCoding.encode(record.entry)).map {
                    RPCLine.notification(EventStream.logs.event, parameters: $0)
                }
            }
            return (lines, Int(clamping: missed), records.count)
        }
        if missed > 0 { outbox.noteLost(missed, of: .logs) }
        for line in lines { outbox.notify(.logs, line) }
        return count == 0 ? nil : count == Self.chunk
    }
}
