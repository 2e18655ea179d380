import Attacks
import PIMCore
import PIMPlugin
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

/// Messages in the name of others, or in a form nobody sends (`spec/messaging.md` §18.8, §18.9).
@Suite struct MessageAttackTests {
    private static let start = TestClock.start

    /// Whether a payload that a test plants becomes a message at ben; a genuine one from carol follows it and shows when
    /// it has been dealt with.
    private func isStored(
        _ plant: (_ ben: PluginTestNode, _ anna: PluginTestNode) throws -> NodeID
    ) async throws -> Bool {
        let (mesh, clock) = (PluginMesh(), TestClock())
        let anna = try await mesh.addMessagingNode("anna", clock: clock)
        let ben = try await mesh.addMessagingNode("ben", clock: clock)
        let carol = try await mesh.addMessagingNode("carol", clock: clock)
        let claimed = try plant(ben, anna)
        try ben.receiveMessage(Array("after".utf8), from: carol, security: .endToEnd)
        let isDone = try await eventually { try await ben.history(with: carol).count == 1 }
        #expect(isDone)
        let history: MessageHistoryPage = try await ben.ask(
            "history", MessageHistoryParameters(peer: claimed, limit: MessageHistoryParameters.maximumLimit))
        await mesh.stop()
        return !history.messages.isEmpty
    }

    @Test func aClearFrameOfANeighbourIsNoMessage() async throws {
        let outcome = try await attack(on: .clearMessage) {
            try await isStored { ben, anna in
                try ben.receiveMessage(Array("hi".utf8), from: anna, arrival: .direct, security: .unauthenticated)
                return anna.id
            }
        }
        #expect(outcome == .prevented)
    }

    @Test func nobodySendsAMessageInOurOwnName() async throws {
        let outcome = try await attack(on: .ownMessage) {
            try await isStored { ben, _ in
                try ben.receiveMessage(Array("note to self".utf8), from: ben)
                return ben.id
            }
        }
        #expect(outcome == .prevented)
    }

    @Test func aMessageAboveTheLimitIsNotStored() async throws {
        let outcome = try await attack(on: .messageSize) {
            try await isStored { ben, anna in
                try ben.receiveMessage([UInt8](repeating: 0x61, count: 8193), from: anna)
                return anna.id
            }
        }
        #expect(outcome == .prevented)
    }

    @Test func aForgedMessageIsNotShownAsVerified() async throws {
        let outcome = try await attack(on: .messageProof) {
            let (mesh, clock) = (PluginMesh(), TestClock())
            let anna = try await mesh.addMessagingNode("anna", clock: clock)
            let ben = try await mesh.addMessagingNode("ben", clock: clock)
            // Anybody can seal to ben's public key and write anna's NodeID into the frame.
            try ben.receiveMessage(Array("it is me".utf8), from: anna, security: .unauthenticated)
            let isStored = try await eventually { try await ben.history(with: anna).count == 1 }
            #expect(isStored)
            let record = try #require(try await ben.history(with: anna).first)
            await mesh.stop()
            return record.verified == true
        }
        #expect(outcome == .prevented)
    }

    @Test(arguments: [start + 3_600_000 * 24 * 365, .max, 0, .min])
    func aClaimedTimeDoesNotPlaceAMessage(timestamp: Int64) {
        let outcome = attack(on: .messageTime) {
            HistoryPlace.milliseconds(timestamp: timestamp, arrived: Self.start) == timestamp
        }
        #expect(outcome == .prevented)
    }
}
