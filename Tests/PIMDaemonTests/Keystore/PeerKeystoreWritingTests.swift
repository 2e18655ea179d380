import Foundation
import GRDB
import PIMCore
import PIMPlugin
import Synchronization
import Testing

@testable import PIMDaemon

@Suite struct PeerKeystoreWritingTests {
    private typealias Samples = PeerSamples
    private let directory = TemporaryDirectory()
    private let log = LogCapture()
    private var path: String { directory.path("peers.db") }

    private func open(
        limit: Int = 100, prepare: @escaping @Sendable (Database) throws -> Void = { _ in }
    ) throws -> PeerKeystore {
        let timing = PeerKeystore.Timing(
            gathering: .milliseconds(1), touching: .milliseconds(20), retrying: .milliseconds(10))
        return try PeerKeystore(
            path: path, events: PeerEventHub(), logger: log.logger, limit: limit, timing: timing, prepare: prepare)
    }

    private func storedNames() throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { try String.fetchAll($0, sql: "SELECT last_known_name FROM peers_seen ORDER BY 1") }
    }

    @Test func changesAreWrittenInTheBackgroundAndTheRestAtTheEnd() async throws {
        let keystore = try open()
        let service = Task { await keystore.run() }
        keystore.record(Samples.announcement(1, name: "a"), via: .routed, announce: true)
        #expect(try await eventually { try storedNames() == ["a"] })
        keystore.record(Samples.announcement(2, name: "b"), via: .routed, announce: true)
        service.cancel()
        await service.value
        #expect(try storedNames() == ["a", "b"])
        keystore.record(Samples.announcement(3, name: "c"), via: .routed, announce: true)
        try keystore.close()
        #expect(try storedNames() == ["a", "b", "c"])
    }

    @Test func laterLastSeenIsWrittenWithoutHaste() async throws {
        let keystore = try open()
        keystore.record(Samples.announcement(1, at: 1), via: .routed, announce: true)
        try await keystore.flush()
        keystore.record(Samples.announcement(1, at: 2), via: .routed, announce: true)
        #expect(keystore.state.withLock { $0.changed.isEmpty && $0.touched == [Samples.peer(1)] })
        keystore.record(Samples.announcement(1, name: "new", at: 3), via: .routed, announce: true)
        #expect(keystore.state.withLock { $0.changed == [Samples.peer(1)] && $0.touched.isEmpty })
        try await keystore.flush()

        keystore.record(Samples.announcement(1, name: "new", at: 4), via: .routed, announce: true)
        let service = Task { await keystore.run() }
        #expect(await eventually { keystore.state.withLock { $0.touched.isEmpty } })
        service.cancel()
        await service.value
    }

    @Test func fullDiskLosesNothingAndIsSaidOnce() async throws {
        try open().close()
        let keystore = try open { database in
            // As many pages as there are: SQLite answers as on a full disk.
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        for number in 1...500 {
            let announcement = Samples.announcement(UInt64(number), name: String(repeating: "x", count: 200))
            keystore.record(announcement, via: .routed, announce: true)
        }
        for _ in 1...3 { await #expect(throws: PIMError.self) { try await keystore.flush() } }
        #expect(keystore.allRecords().count == 100)
        #expect(log.messages == ["error: peer directory cannot be written and goes on in memory"])
    }

    @Test func readOnlyFileIsReadAndTriedAgain() async throws {
        let before = try open()
        before.record(Samples.announcement(1, name: "a"), via: .routed, announce: true)
        try before.close()
        try removeMigrations()
        let isReadOnly = Mutex(true)
        let keystore = try open { database in
            if isReadOnly.withLock({ $0 }) { try database.execute(sql: "PRAGMA query_only = 1") }
        }
        #expect(keystore.name(of: Samples.peer(1)) == "a")
        let service = Task { await keystore.run() }
        keystore.record(Samples.announcement(2, name: "b"), via: .routed, announce: true)
        #expect(keystore.name(of: Samples.peer(2)) == "b")
        isReadOnly.withLock { $0 = false }
        #expect(await eventually { log.messages.contains("notice: peer directory is written again") })
        service.cancel()
        await service.value
        #expect(try storedNames() == ["a", "b"])
        #expect(log.messages.count { $0.hasPrefix("error") } == 1)
    }

    @Test func failedWriteIsRepeatedUntilItWorks() async throws {
        let keystore = try open()
        let other = try DatabaseQueue(path: path)
        try await other.write { database in
            try database.execute(
                sql: "CREATE TRIGGER no BEFORE INSERT ON peers_seen BEGIN SELECT RAISE(ABORT, 'not now'); END")
        }
        let service = Task { await keystore.run() }
        keystore.record(Samples.announcement(1, name: "a"), via: .routed, announce: true)
        #expect(await eventually { !log.messages.isEmpty })
        try await other.write { try $0.execute(sql: "DROP TRIGGER no") }
        #expect(try await eventually { try storedNames() == ["a"] })
        service.cancel()
        await service.value
        #expect(
            log.messages == [
                "error: peer directory cannot be written and goes on in memory",
                "notice: peer directory is written again",
            ])
    }

    @Test func marksStayBoundedAndTheFileStillBecomesRight() async throws {
        let keystore = try open(limit: 4)
        for number in 1...4 { keystore.record(Samples.announcement(UInt64(number)), via: .routed, announce: true) }
        try await keystore.flush()
        for number in 5...5000 {
            keystore.record(Samples.announcement(UInt64(number), at: UInt64(number)), via: .routed, announce: true)
            #expect(keystore.state.withLock { $0.changed.count + $0.touched.count } <= 8)
        }
        let expected = keystore.allRecords()
        try keystore.close()
        #expect(try open(limit: 4).allRecords() == expected)
    }

    @Test func changesFromManyThreadsAllReachTheFile() async throws {
        let keystore = try open(limit: 10_000)
        let service = Task { await keystore.run() }
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<300 {
                        let peer = UInt64(worker * 1000 + number)
                        keystore.record(Samples.announcement(peer, state: .neighbour), via: .direct, announce: true)
                        if number % 3 == 0 { _ = keystore.forget(Samples.peer(peer)) }
                    }
                }
            }
        }
        service.cancel()
        await service.value
        let expected = keystore.allRecords()
        #expect(expected.count == 800)
        try keystore.close()
        #expect(try open(limit: 10_000).allRecords() == expected)
    }

    /// So that the next open has something to write.
    private func removeMigrations() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "DROP TABLE grdb_migrations") }
        try queue.write { database in
            for column in ["key_state", "linked", "contacted", "imported", "pin"] {
                try database.execute(sql: "ALTER TABLE peers_seen DROP COLUMN \(column)")
            }
        }
        try queue.close()
    }
}
