import Foundation
import GRDB
import PIMCore
import PIMHost
import Synchronization

/// The file `peers.db`: one connection, one writer, write-ahead log, mode 0600 before the first byte.
final class KeystoreDatabase: Sendable {
    /// What one transaction writes.
    struct Batch: Sendable {
        var rows: [NodeID: PeerRecord] = [:]
        var removed: [NodeID] = []
        /// `rows` is the whole directory: whatever else the file has goes.
        var isComplete = false

        var isEmpty: Bool { rows.isEmpty && removed.isEmpty && !isComplete }
    }

    /// What was in the file.
    struct Content {
        var rows: [NodeID: PeerRecord] = [:]
        /// The file has more rows than were asked for.
        var isTruncated = false
        /// Why nothing can be written at the moment.
        var writeFailure: String?
    }

    let path: String
    /// For tests: further statements for every new connection.
    private let prepare: @Sendable (Database) throws -> Void
    /// `nil` after an open that could not write.
    private let connection = Mutex<DatabaseQueue?>(nil)

    private init(path: String, prepare: @escaping @Sendable (Database) throws -> Void) {
        self.path = path
        self.prepare = prepare
    }

    /// Opens or creates the file and reads the most valuable rows.
    ///
    /// A file on a full or read-only disk is read as far as possible and does not fail.
    ///
    /// - Throws: Category `io` when the file cannot be made or is not such a database. It is left as it is.
    static func open(
        path: String, limit: Int, prepare: @escaping @Sendable (Database) throws -> Void = { _ in }
    ) throws(PIMError) -> (KeystoreDatabase, Content) {
        try makeFile(path)
        let database = KeystoreDatabase(path: path, prepare: prepare)
        do {
            let queue = try database.connect()
            return (database, try queue.read { try $0.peerRows(limit: limit) })
        } catch let error as DatabaseError where error.isAboutTheDisk {
            var content = (try? database.readOnly()?.read { try $0.peerRows(limit: limit) }) ?? Content()
            content.writeFailure = error.briefly
            return (database, content)
        } catch let error as DatabaseError {
            throw PIMError(.io, "cannot open database at \(path): \(error.briefly); the file is left as it is")
        } catch {
            throw PIMError(.io, "cannot open database at \(path)", cause: error)
        }
    }

    /// Writes one batch in one transaction. `batch` is called by the one writer, so batches reach the file in the order
    /// in which they are taken.
    func write(_ batch: @escaping @Sendable () -> Batch) throws {
        try connect().write { database in try database.apply(batch()) }
    }

    /// As ``write(_:)``, without blocking the thread.
    func write(_ batch: @escaping @Sendable () -> Batch) async throws {
        try await connect().write { database in try database.apply(batch()) }
    }

    func close() throws {
        try connection.withLock { connection in
            defer { connection = nil }
            try connection?.close()
        }
    }

    private func connect() throws -> DatabaseQueue {
        try connection.withLock { connection in
            if let connection { return connection }
            var configuration = Configuration()
            configuration.label = "peers.db"
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(2)
            let prepare = prepare
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                try prepare(database)
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try KeystoreSchema.migrator.migrate(queue)
            connection = queue
            return queue
        }
    }

    private func readOnly() -> DatabaseQueue? {
        var configuration = Configuration()
        configuration.readonly = true
        return try? DatabaseQueue(path: path, configuration: configuration)
    }

    private static func makeFile(_ path: String) throws(PIMError) {
        do throws(FileError) {
            try SecureFile.createDirectory(URL(fileURLWithPath: path).deletingLastPathComponent().path)
            do throws(FileError) {
                try SecureFile(path).create([])
            } catch {
                guard error.code == .alreadyExists else { throw error }
            }
            // SQLite gives its companions the mode of the database, but not to those that are there already.
            for suffix in ["", "-wal", "-shm"] { _ = try? SecureFile(path + suffix).repairPermissions() }
        } catch {
            throw PIMError(.io, "cannot open database at \(path): \(error)")
        }
    }
}

extension DatabaseError {
    /// The disk is full, read-only or failing: what the file holds is as good as it was.
    var isAboutTheDisk: Bool {
        [.SQLITE_FULL, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_BUSY].contains(resultCode)
    }

    /// Code and message, without the statement.
    var briefly: String { "\(message ?? "unknown error") (SQLite \(extendedResultCode.rawValue))" }
}
