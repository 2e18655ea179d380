import Foundation
import GRDB
import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

/// Taking over the `messages.db` of a reference daemon.
@Suite struct AdoptionTests {
    private let temporary: TemporaryStore
    private let earlier: URL

    init() throws {
        temporary = try TemporaryStore()
        earlier = temporary.root.appendingPathComponent(MessageFile.name)
        try ReferenceFile.create(at: earlier, peer: NodeID.ben.description, now: TemporaryStore.now)
    }

    @Test func movesTheFileAndKeepsItsHistory() async throws {
        let store = try temporary.open()
        #expect(!FileManager.default.fileExists(atPath: earlier.path))
        let page = try #require(
            try await store.history(with: .ben, beforeMilliseconds: nil, beforeID: nil, limit: 10))
        #expect(page.messages.map(\.body) == ["arrived", "Olá\nmesh", "no way", "never left"])
        #expect(page.messages.map(\.status) == [.delivered, .delivered, .failed, .pending])
        #expect(page.messages[2].failureReason == .noRoute)
        #expect(page.messages[1].verified == false)
        #expect(page.messages[0].verified == nil)
        try store.close()
    }

    @Test func makesGoodTheConversationThatACrashLeftOut() async throws {
        let store = try temporary.open()
        let conversations = try await store.conversations()
        #expect(conversations.map(\.peer) == [.ben])
        #expect(conversations.first?.unreadCount == 1)
        #expect(conversations.first?.lastMessagePreview == "arrived")
        try store.close()
    }

    @Test func theOutboxTakesOnlyWhatNeverLeft() async throws {
        let store = try temporary.open()
        #expect(try await store.waiting().map(\.id.description) == [ReferenceFile.pending])
        try store.close()
    }

    @Test func openingAgainChangesNothing() async throws {
        try temporary.open().close()
        let store = try temporary.open()
        let page = try await store.history(with: .ben, beforeMilliseconds: nil, beforeID: nil, limit: 10)
        #expect(page?.messages.count == 4)
        let version = try await store.pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(version == MessageSchema.version)
        try store.close()
    }

    @Test func anExistingFileIsNeverReplacedByAnEarlierOne() async throws {
        let other = try TemporaryStore()
        let message = OutgoingMessage.sample()
        let first = try other.open()
        _ = try await first.apply(.insert(message))
        try first.close()
        try ReferenceFile.create(
            at: other.root.appendingPathComponent(MessageFile.name), peer: NodeID.anna.description,
            now: TemporaryStore.now)
        let store = try other.open()
        #expect(try await store.conversations().map(\.peer) == [.ben])
        #expect(FileManager.default.fileExists(atPath: other.root.appendingPathComponent(MessageFile.name).path))
        try store.close()
    }

    /// What the log holds is committed; it must not be left behind.
    @Test func movesWhatIsStillInTheLog() async throws {
        try writeToTheLog(of: earlier)
        let store = try temporary.open()
        #expect(try await store.unread(with: .anna) == 7)
        try store.close()
    }

    @Test func aTakeOverInterruptedAfterTheLogGoesOn() async throws {
        try writeToTheLog(of: earlier)
        try FileManager.default.moveItem(
            atPath: earlier.path + "-wal", toPath: temporary.file.path + "-wal")
        let store = try temporary.open()
        #expect(try await store.unread(with: .anna) == 7)
        try store.close()
    }

    @Test func aMigrationInterruptedBetweenItsStepsGoesOn() async throws {
        try FileManager.default.moveItem(at: earlier, to: temporary.file)
        let queue = try DatabaseQueue(path: temporary.file.path)
        try MessageSchema.migrator.migrate(queue, upTo: "reference tables")
        try queue.close()
        let store = try temporary.open()
        #expect(try await store.waiting().count == 1)
        try store.close()
    }

    /// A reference daemon opens the file in between: it names its columns, so ours stay empty.
    @Test func rowsThatAReferenceDaemonAddsLaterFindTheirPlace() async throws {
        try temporary.open().close()
        let queue = try DatabaseQueue(path: temporary.file.path)
        try await queue.write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO messages (id, peer_node_id, direction, body, timestamp_ms, status,
                        failure_reason, delivered_at_ms, read_at_ms)
                    VALUES (?, ?, 'received', 'later', ?, 'delivered', NULL, NULL, NULL)
                    """,
                arguments: [
                    MessageID.random().description, NodeID.ben.description, TemporaryStore.now + 5,
                ])
        }
        try queue.close()
        let store = try temporary.open()
        let page = try await store.history(with: .ben, beforeMilliseconds: nil, beforeID: nil, limit: 10)
        #expect(page?.messages.first?.body == "later")
        #expect(page?.messages.count == 5)
        try store.close()
    }

    @Test func aFileThatIsNoDatabaseIsNamed() throws {
        let other = try TemporaryStore()
        try Data(repeating: 0x41, count: 4096).write(to: other.file)
        #expect {
            try other.open()
        } throws: { error in
            "\(error)".contains(other.file.path)
        }
    }

    /// Leaves a conversation in the write-ahead log of a database, as a killed process does.
    private func writeToTheLog(of file: URL) throws {
        let copy = temporary.root.appendingPathComponent("copy.db")
        try FileManager.default.copyItem(at: file, to: copy)
        let pool = try DatabasePool(path: copy.path)
        try pool.write { database in
            try database.execute(
                sql: "INSERT INTO conversations_meta (peer_node_id, unread_count) VALUES (?, 7)",
                arguments: [NodeID.anna.description])
        }
        // While it is open, the log is there: this is what the disk looks like after SIGKILL.
        for suffix in ["", "-wal"] {
            let target = file.path + suffix
            _ = try? FileManager.default.removeItem(atPath: target)
            try FileManager.default.copyItem(atPath: copy.path + suffix, toPath: target)
        }
        try pool.close()
    }
}
