import GRDB
import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

@Suite struct ReceivingStoreTests {
    private let temporary: TemporaryStore
    private let store: MessageStore

    init() throws {
        temporary = try TemporaryStore()
        store = try temporary.open()
    }

    @Test func aMessageAndItsConversationAreStoredTogether() async throws {
        let message = IncomingMessage.sample("line\nbreak")
        guard case .stored(let conversation) = try await store.apply(.receive(message)) else {
            Issue.record("not stored")
            return
        }
        #expect(conversation.unreadCount == 1)
        #expect(conversation.lastMessagePreview == "line break")
        #expect(try await store.record(message.id, with: .ben) == message.record)
    }

    @Test func aDuplicateChangesNothing() async throws {
        let message = IncomingMessage.sample()
        _ = try await store.apply(.receive(message))
        _ = try await store.apply(.markRead(peer: .ben, upToMilliseconds: TemporaryStore.now))
        guard case .duplicate = try await store.apply(.receive(message)) else {
            Issue.record("not recognised")
            return
        }
        #expect(try await store.unread(with: .ben) == 0)
        #expect(try await store.record(message.id, with: .ben)?.status == .read)
    }

    @Test func nobodyOverwritesAMessageOfOursOrOfAnotherPeer() async throws {
        let ours = OutgoingMessage.sample("ours")
        _ = try await store.apply(.insert(ours))
        guard case .conflict = try await store.apply(.receive(.sample("forged", id: ours.id))) else {
            Issue.record("overwrote")
            return
        }
        let theirs = IncomingMessage.sample("from anna", from: .anna)
        _ = try await store.apply(.receive(theirs))
        guard case .conflict = try await store.apply(.receive(.sample("forged", id: theirs.id))) else {
            Issue.record("overwrote")
            return
        }
        #expect(try await store.record(ours.id, with: .ben)?.body == "ours")
        #expect(try await store.record(theirs.id, with: .anna)?.body == "from anna")
    }

    @Test(arguments: ["", "\0", "a\0b", "👩‍👩‍👧‍👦", "é\r\n"]) func everyTextSurvives(text: String) async throws {
        let message = IncomingMessage.sample(text)
        _ = try await store.apply(.receive(message))
        #expect(try await store.record(message.id, with: .ben)?.body == text)
        let ours = OutgoingMessage.sample(text)
        _ = try await store.apply(.insert(ours))
        #expect(try await store.outgoing([ours.id])[ours.id] == ours)
    }

    /// The reference reads bodies as text; what is stored must be text for SQLite, too.
    @Test func bodiesAreTextInTheFile() async throws {
        _ = try await store.apply(.receive(.sample("text")))
        let type = try await store.pool.read { try String.fetchOne($0, sql: "SELECT typeof(body) FROM messages") }
        #expect(type == "text")
    }

    @Test func aFullConversationRefusesNewMessagesButKnowsItsOwn() async throws {
        try store.close()
        let small = try temporary.open(limits: StoreLimits(messagesPerPeer: 2, bytesPerPeer: 1000, conversations: 2))
        let first = IncomingMessage.sample()
        _ = try await small.apply(.receive(first))
        _ = try await small.apply(.receive(.sample()))
        guard case .refused = try await small.apply(.receive(.sample())) else {
            Issue.record("stored beyond the limit")
            return
        }
        guard case .duplicate = try await small.apply(.receive(first)) else {
            Issue.record("a resend must be acknowledged")
            return
        }
        try small.close()
    }

    @Test func bytesAndConversationsAreBounded() async throws {
        try store.close()
        let small = try temporary.open(limits: StoreLimits(messagesPerPeer: 9, bytesPerPeer: 10, conversations: 1))
        _ = try await small.apply(.receive(.sample("12345678")))
        guard case .refused = try await small.apply(.receive(.sample("123"))) else {
            Issue.record("stored beyond the bytes")
            return
        }
        guard case .refused = try await small.apply(.receive(.sample("1", from: .anna))) else {
            Issue.record("opened another conversation")
            return
        }
        _ = try await small.apply(.receive(.sample("12")))
        #expect(try await small.conversations().first?.unreadCount == 2)
        try small.close()
    }

    @Test func oneChangeThatFailsDoesNotTakeOthersWithIt() async throws {
        let message = OutgoingMessage.sample()
        let other = OutgoingMessage.sample()
        let results = await store.apply([.insert(message), .insert(message), .insert(other)])
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try await store.waiting().map(\.id) == [message.id, other.id])
    }
}
