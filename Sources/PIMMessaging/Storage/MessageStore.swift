internal import Foundation
internal import GRDB
internal import PIMCore

/// The messages of this node in SQLite: write-ahead log, one writer, readers beside it.
///
/// `synchronous = NORMAL`: what is committed survives the end of the process however it ends; after a power failure the
/// file is intact but may lack its last moments.
final class MessageStore: Sendable {
    let pool: DatabasePool
    let limits: StoreLimits
    private let checkpointer: Checkpointer

    /// Opens or creates the file, taking over an earlier daemon's.
    ///
    /// - Throws: `PIMError` of category `io` that names the file.
    init(directory: URL, earlierDirectory: URL, limits: StoreLimits, nowMilliseconds: Int64) throws {
        self.limits = limits
        let file = try MessageFile(directory: directory, earlierDirectory: earlierDirectory).database
        do {
            pool = try DatabasePool(path: file.path, configuration: Self.configuration)
            try MessageSchema.migrator.migrate(pool)
            try pool.write { try MessageSchema.repair($0, nowMilliseconds: nowMilliseconds) }
            checkpointer = try Checkpointer(DatabaseQueue(path: file.path, configuration: Self.configuration))
        } catch {
            throw PIMError(.io, "cannot open the messages in \(file.path)", cause: error)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "messages"
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // Deleted text is overwritten, not left in free pages (`spec/messaging.md` §18.17).
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(Checkpointer.writerPages)")
        }
        return configuration
    }

    /// Applies changes in order, all in one transaction if possible; returns when they are committed, one result each.
    ///
    /// When the transaction fails, each change gets one of its own, so that what fails is only what cannot be done.
    /// Runs to its end even if the task is cancelled.
    func apply(_ changes: [StoreChange]) async -> [Result<StoreOutcome, any Error>] {
        let limits = limits
        let results = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction(
                SafetyRule.inheriting { database in
                    continuation.resume(returning: Self.apply(changes, within: limits, to: database))
                })
        }
        checkpointer.wrote(changes)
        return results
    }

    private static func apply(
        _ changes: [StoreChange], within limits: StoreLimits, to database: Database
    ) -> [Result<StoreOutcome, any Error>] {
        let transaction = MessageTransaction(database: database, limits: limits)
        do {
            var outcomes: [Result<StoreOutcome, any Error>] = []
            outcomes.reserveCapacity(changes.count)
            try database.inTransaction(.immediate) {
                for change in changes { outcomes.append(.success(try transaction.apply(change))) }
                return .commit
            }
            return outcomes
        } catch {
            guard changes.count > 1 else { return changes.map { _ in .failure(error) } }
            return changes.flatMap { apply([$0], within: limits, to: database) }
        }
    }

    /// Writes the log back and closes the file. Nothing works afterwards.
    func close() throws {
        try checkpointer.close()
        try pool.close()
    }
}
