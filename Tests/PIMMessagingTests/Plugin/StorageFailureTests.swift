import GRDB
import PIMCore
import PIMRPC
import PIMTesting
import Synchronization
import Testing

@testable import PIMMessaging

@Suite struct StorageFailureTests {
    @Test func aFullDiskIsAnsweredAsSuchAndNothingIsAcknowledgedThatIsNotStored() async throws {
        let mesh = PluginMesh()
        let clock = TestClock()
        let plugin = MessagingPlugin(clock: clock)
        let anna = try await mesh.addNode("anna", plugins: [plugin])
        let ben = try await mesh.addMessagingNode("ben", clock: clock)
        mesh.connect(anna, ben)
        let kept = try await anna.send("kept", to: ben)
        #expect(try await eventually { try await anna.status(of: kept, with: ben) == .delivered })
        let store = try plugin.running.store
        try await limitPages(of: store, to: "page_count")
        let long = String(repeating: "x", count: 8000)
        await #expect(throws: RPCError(.storageFailed, "")) { try await anna.send(long, to: ben) }
        let lost = try await ben.send(long, to: anna)
        #expect(await eventually { mesh.accepted(MessagingKind.message, from: ben) == 1 })
        await mesh.settle()
        #expect(try await anna.history(with: ben).map(\.id) == [kept])
        try await limitPages(of: store, to: "1000000")
        try await anna.send("room again", to: ben)
        await clock.pass(.seconds(80))
        #expect(try await eventually { try await ben.status(of: lost, with: anna) == .delivered })
        let waiting = try plugin.running.courier.outbox.withLock { $0.bytes }
        #expect(waiting <= "room again".utf8.count)
        await mesh.stop()
    }

    private func limitPages(of store: MessageStore, to limit: String) async throws {
        try await store.pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "SELECT \(limit) FROM pragma_page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }
}
