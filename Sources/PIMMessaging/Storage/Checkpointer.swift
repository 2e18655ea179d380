internal import Foundation
internal import GRDB
internal import Synchronization

/// Writes the write-ahead log back into the database beside the writer, so that commits seldom wait for the disk.
///
/// SQLite would do it inside every thousandth page's commit, with two flushes to disk; at thousands of messages a
/// second that is what the slowest receipts would wait for. The writer still does it itself when the log reaches
/// ``writerPages``, which bounds the log and lets it start over.
final class Checkpointer: Sendable {
    /// 32 MiB of log.
    static let writerPages = 8192
    /// Changes between two write-backs: some 4 MiB of log.
    private static let interval = 500

    private let connection: DatabaseQueue
    private let state = Mutex(State())

    private struct State {
        var changes = 0
        var isRunning = false
    }

    init(_ connection: DatabaseQueue) {
        self.connection = connection
    }

    /// Notes what was committed and starts a write-back when enough has gathered, or at once, and down to an empty log,
    /// after something was deleted: deleted text must not live on in the log.
    func wrote(_ changes: [StoreChange]) {
        let deleted = changes.contains { change in
            switch change {
            case .deleteConversation, .deleteAll: true
            default: false
            }
        }
        let isDue = state.withLock { state in
            state.changes += changes.count
            guard deleted || (state.changes >= Self.interval && !state.isRunning) else { return false }
            state.changes = 0
            state.isRunning = true
            return true
        }
        guard isDue else { return }
        connection.asyncWriteWithoutTransaction { [self] database in
            // Busy readers can keep it from finishing; the next one does the rest.
            _ = try? database.checkpoint(deleted ? .truncate : .passive)
            state.withLock { $0.isRunning = false }
        }
    }

    func close() throws {
        try connection.close()
    }
}
