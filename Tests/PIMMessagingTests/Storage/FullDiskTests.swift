import GRDB
import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

@Suite struct FullDiskTests {
    /// What fits is stored and what does not is refused; nothing that was stored is lost, and room makes it work again.
    @Test func aFullDiskRefusesWithoutLosing() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        try await limitPages(of: store, to: "(SELECT page_count + 4 FROM pragma_page_count)")
        var stored: [MessageID] = []
        var failure: (any Error)?
        while failure == nil, stored.count < 1000 {
            let message = OutgoingMessage.sample(String(repeating: "x", count: 4000))
            do {
                _ = try await store.apply(.insert(message))
                stored.append(message.id)
            } catch {
                failure = error
            }
        }
        #expect((failure as? DatabaseError)?.resultCode == .SQLITE_FULL)
        #expect(try await store.waiting().map(\.id) == stored)
        try await limitPages(of: store, to: "1000000")
        _ = try await store.apply(.insert(.sample()))
        try store.close()
    }

    private func limitPages(of store: MessageStore, to limit: String) async throws {
        try await store.pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "SELECT \(limit)") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }
}
