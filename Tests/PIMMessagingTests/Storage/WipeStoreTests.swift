import Foundation
import GRDB
import PIMCore
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

@Suite struct WipeStoreTests {
    private let temporary: TemporaryStore
    private let store: MessageStore
    private let now = TemporaryStore.now

    init() throws {
        temporary = try TemporaryStore()
        store = try temporary.open()
    }

    private func deleted(_ change: StoreChange) async throws -> [Int] {
        guard case .deleted(let messages, let conversations) = try await store.apply(change) else { return [] }
        return [messages, conversations]
    }

    @Test func deletesOneConversationOnly() async throws {
        for peer in [NodeID.anna, .ben, .ben] { _ = try await store.apply(.receive(.sample(from: peer))) }
        let change = StoreChange.deleteConversation(peer: .ben, atMilliseconds: now, isAsked: true)
        #expect(try await deleted(change) == [2, 1])
        #expect(try await deleted(change) == [0, 0])
        #expect(try await store.conversations().map(\.peer) == [.anna])
    }

    @Test func deletesEverythingAlsoWhenThereIsNothing() async throws {
        #expect(try await deleted(.deleteAll(atMilliseconds: now)) == [0, 0])
        for peer in [NodeID.anna, .ben, .ben] { _ = try await store.apply(.receive(.sample(from: peer))) }
        #expect(try await deleted(.deleteAll(atMilliseconds: now)) == [3, 2])
        #expect(try await store.conversations().isEmpty)
    }

    @Test func aResendDoesNotBringADeletedMessageBack() async throws {
        let message = IncomingMessage.sample()
        _ = try await store.apply(.receive(message))
        _ = try await deleted(.deleteConversation(peer: .ben, atMilliseconds: now, isAsked: true))
        guard case .duplicate = try await store.apply(.receive(message)) else {
            Issue.record("it is back")
            return
        }
        #expect(try await store.conversations().isEmpty)
    }

    @Test func deletedIdentifiersAreForgottenAfterAMonth() async throws {
        _ = try await store.apply(.receive(.sample()))
        _ = try await deleted(.deleteAll(atMilliseconds: now))
        try store.close()
        let later = try temporary.open(now: now + MessageSchema.erasureMemoryMilliseconds + 1)
        #expect(try await later.pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM erased_messages") } == 0)
        try later.close()
    }

    @Test func deletedTextIsNotLeftInTheFiles() async throws {
        let secret = "a secret that must not stay"
        _ = try await store.apply(.receive(.sample(secret)))
        _ = try await deleted(.deleteAll(atMilliseconds: now))
        let holdsSecret = { (name: String) -> Bool in
            let data = try Data(contentsOf: self.temporary.directory.appendingPathComponent(name))
            return data.range(of: Data(secret.utf8)) != nil
        }
        #expect(await eventually { (try? holdsSecret("messages.db-wal")) != true })
        try store.close()
        #expect(try !holdsSecret("messages.db"))
    }
}
