import GRDB
import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

/// `spec/messaging.md` §10 with our guards.
@Suite struct StatusStoreTests {
    private let temporary: TemporaryStore
    private let store: MessageStore
    private let message = OutgoingMessage.sample()
    private let now = TemporaryStore.now

    init() throws {
        temporary = try TemporaryStore()
        store = try temporary.open()
    }

    private func isChanged(_ change: StoreChange) async throws -> Bool {
        if case .statusChanged = try await store.apply(change) { true } else { false }
    }

    private func acknowledge(_ kind: ReceiptKind, from peer: NodeID = .ben, after: Int64 = 0) -> StoreChange {
        .acknowledge(message.id, peer: peer, kind, atMilliseconds: now + after)
    }

    @Test func aReceiptThatArrivesBeforeSentIsNotLowered() async throws {
        _ = try await store.apply(.insert(message))
        #expect(try await isChanged(acknowledge(.delivered)))
        #expect(try await !isChanged(.markSent(message.id, peer: .ben, atMilliseconds: now)))
        let record = try await store.record(message.id, with: .ben)
        #expect(record?.status == .delivered)
        #expect(record?.deliveredAtMilliseconds == now)
        #expect(try await store.waiting().isEmpty)
    }

    @Test func ranksOnlyRise() async throws {
        _ = try await store.apply(.insert(message))
        #expect(try await isChanged(.markSent(message.id, peer: .ben, atMilliseconds: now)))
        #expect(try await isChanged(acknowledge(.delivered)))
        #expect(try await !isChanged(acknowledge(.delivered, after: 5)))
        #expect(try await isChanged(acknowledge(.read, after: 9)))
        #expect(try await !isChanged(acknowledge(.delivered, after: 10)))
        #expect(try await !isChanged(.fail(message.id, peer: .ben, .expired, atMilliseconds: now)))
        let record = try await store.record(message.id, with: .ben)
        #expect(record?.status == .read)
        #expect(record?.deliveredAtMilliseconds == now)
        #expect(record?.readAtMilliseconds == now + 9)
    }

    @Test func receiptsOfOthersAndForWhatWeReceivedAreIgnored() async throws {
        _ = try await store.apply(.insert(message))
        let received = IncomingMessage.sample()
        _ = try await store.apply(.receive(received))
        #expect(try await !isChanged(acknowledge(.delivered, from: .anna)))
        #expect(try await !isChanged(.acknowledge(received.id, peer: .ben, .read, atMilliseconds: now)))
        #expect(try await !isChanged(.acknowledge(.random(), peer: .ben, .delivered, atMilliseconds: now)))
        #expect(try await store.record(message.id, with: .ben)?.status == .pending)
    }

    @Test func aLateReceiptLiftsAFailure() async throws {
        _ = try await store.apply(.insert(message))
        #expect(try await isChanged(.fail(message.id, peer: .ben, .expired, atMilliseconds: now + 1)))
        let failed = try await store.record(message.id, with: .ben)
        #expect(failed?.status == .failed)
        #expect(failed?.failureReason == .expired)
        #expect(failed?.failedAtMilliseconds == now + 1)
        #expect(failed?.deliveredAtMilliseconds == nil)
        #expect(try await isChanged(acknowledge(.delivered, after: 2)))
        let lifted = try await store.record(message.id, with: .ben)
        #expect(lifted?.status == .delivered)
        #expect(lifted?.failureReason == nil)
        #expect(lifted?.failedAtMilliseconds == nil)
        #expect(lifted?.deliveredAtMilliseconds == now + 2)
    }

    @Test func forgettingGivesUpWhatWaitsAndNothingElse() async throws {
        let other = OutgoingMessage.sample(to: .anna)
        let done = OutgoingMessage.sample()
        for message in [message, other, done] { _ = try await store.apply(.insert(message)) }
        _ = try await store.apply(.acknowledge(done.id, peer: .ben, .delivered, atMilliseconds: now))
        let outcome = try await store.apply(.failWaiting(peer: .ben, .forgotten, atMilliseconds: now))
        guard case .failedWaiting(let ids) = outcome else {
            Issue.record("unexpected outcome")
            return
        }
        #expect(ids == [message.id])
        #expect(try await store.record(message.id, with: .ben)?.failureReason == .forgotten)
        #expect(try await store.record(done.id, with: .ben)?.status == .delivered)
        #expect(try await store.waiting().map(\.id) == [other.id])
    }

    @Test func committedChangesAreThereForWhoeverOpensTheFileNext() async throws {
        _ = try await store.apply(.insert(message))
        _ = try await store.apply(.markSent(message.id, peer: .ben, atMilliseconds: now))
        // The first store is still open: nothing was written back or tidied up.
        let second = try temporary.open()
        #expect(
            try await second.waiting() == [
                WaitingMessage(
                    id: message.id, peer: .ben, size: 5, timestampMilliseconds: now, wasSent: true)
            ])
        try second.close()
    }
}
