import GRDB
import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

@Suite struct MarkReadStoreTests {
    private let temporary: TemporaryStore
    private let store: MessageStore
    private let now = TemporaryStore.now

    init() throws {
        temporary = try TemporaryStore()
        store = try temporary.open()
    }

    private func markRead(upTo time: Int64) async throws -> (ids: [MessageID], unread: Int, isChanged: Bool) {
        guard
            case .read(let ids, let unread, let changed) = try await store.apply(
                .markRead(peer: .ben, upToMilliseconds: time))
        else { throw PIMError(.io, "unexpected outcome") }
        return (ids, unread, changed != nil)
    }

    @Test func newerMessagesStayUnread() async throws {
        let older = IncomingMessage.sample(at: now, arrived: now)
        let newer = IncomingMessage.sample(at: now + 10, arrived: now + 10)
        for message in [older, newer] { _ = try await store.apply(.receive(message)) }
        let result = try await markRead(upTo: now + 5)
        #expect(result.ids == [older.id])
        #expect(result.unread == 1)
        #expect(try await store.unread(with: .ben) == 1)
        let record = try await store.record(older.id, with: .ben)
        #expect(record?.status == .read)
        #expect(record?.readAtMilliseconds == now + 5)
        let last = try await store.pool.read {
            try String.fetchOne($0, sql: "SELECT last_read_message_id FROM conversations_meta")
        }
        #expect(last == older.id.description)
    }

    /// A client gives its own time; the sender's clock may be ahead of it.
    @Test func whatArrivedByThenCountsWhateverItsSenderClaims() async throws {
        _ = try await store.apply(.receive(.sample(at: .max, arrived: now)))
        #expect(try await markRead(upTo: now).unread == 0)
    }

    @Test func markingAgainChangesNothing() async throws {
        _ = try await store.apply(.receive(.sample()))
        #expect(try await markRead(upTo: now).isChanged)
        #expect(try await !markRead(upTo: now).isChanged)
    }

    @Test func messagesOfOursAreNotMarked() async throws {
        let ours = OutgoingMessage.sample()
        _ = try await store.apply(.insert(ours))
        #expect(try await markRead(upTo: .max).ids.isEmpty)
        #expect(try await store.record(ours.id, with: .ben)?.status == .pending)
    }

    @Test func anUnknownPeerGetsNoConversation() async throws {
        #expect(try await markRead(upTo: now).unread == 0)
        #expect(try await store.conversations().isEmpty)
    }
}
