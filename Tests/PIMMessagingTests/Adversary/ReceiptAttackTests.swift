import Attacks
import PIMCore
import PIMRPC
import Testing

@testable import PIMMessaging

/// Receipts and identifiers that lie (`spec/messaging.md` §18.1, §18.2).
@Suite struct ReceiptAttackTests {
    private static let now = TemporaryStore.now

    @Test(arguments: [.delivered, .read] as [ReceiptKind])
    func onlyTheReceiverAcknowledges(_ kind: ReceiptKind) async throws {
        let outcome = try await attack(on: .receiptPeer) {
            let directory = try TemporaryStore()
            let store = try directory.open()
            let message = OutgoingMessage.sample(to: .ben)
            _ = try await store.apply(.insert(message))
            _ = try await store.apply(.acknowledge(message.id, peer: .anna, kind, atMilliseconds: Self.now))
            let status = try await store.record(message.id, with: .ben)?.status
            try store.close()
            return status != .pending
        }
        #expect(outcome == .prevented)
    }

    @Test func nobodyMarksAMessageWeReceived() async throws {
        let outcome = try await attack(on: .receiptDirection) {
            let directory = try TemporaryStore()
            let store = try directory.open()
            let message = IncomingMessage.sample(from: .ben)
            _ = try await store.apply(.receive(message))
            _ = try await store.apply(.acknowledge(message.id, peer: .ben, .read, atMilliseconds: Self.now))
            let status = try await store.record(message.id, with: .ben)?.status
            try store.close()
            return status == .read
        }
        #expect(outcome == .prevented)
    }

    @Test func aReadMessageStaysRead() async throws {
        let outcome = try await attack(on: .receiptRank) {
            let directory = try TemporaryStore()
            let store = try directory.open()
            let message = OutgoingMessage.sample(to: .ben)
            _ = try await store.apply(.insert(message))
            _ = try await store.apply(.acknowledge(message.id, peer: .ben, .read, atMilliseconds: Self.now))
            _ = try await store.apply(.acknowledge(message.id, peer: .ben, .delivered, atMilliseconds: Self.now))
            let status = try await store.record(message.id, with: .ben)?.status
            try store.close()
            return status == .delivered
        }
        #expect(outcome == .prevented)
    }

    /// Ben knows the identifiers of our messages to him, and carol's once he has relayed one.
    @Test func aMessageDoesNotTakeTheIdentifierOfAnother() async throws {
        let outcome = try await attack(on: .messageIdentity) {
            let directory = try TemporaryStore()
            let store = try directory.open()
            let ours = OutgoingMessage.sample("what we wrote", to: .ben)
            _ = try await store.apply(.insert(ours))
            _ = try await store.apply(.receive(.sample("what ben likes better", id: ours.id, from: .ben)))
            let body = try await store.record(ours.id, with: .ben)?.body
            try store.close()
            return body != "what we wrote"
        }
        #expect(outcome == .prevented)
    }
}
