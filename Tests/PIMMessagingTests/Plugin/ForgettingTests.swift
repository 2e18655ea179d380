import PIMCore
import PIMPlugin
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

@Suite struct ForgettingTests {
    private let mesh = PluginMesh()
    private let clock = TestClock()
    private let anna: PluginTestNode
    private let ben: PluginTestNode

    init() async throws {
        anna = try await mesh.addMessagingNode("anna", clock: clock)
        ben = try await mesh.addMessagingNode("ben", clock: clock)
        mesh.connect(anna, ben)
    }

    private var cleared: [MessageEvent] {
        get throws { try anna.messageEvents.filter { if case .historyCleared = $0 { true } else { false } } }
    }

    @Test func forgettingWipesTheConversation() async throws {
        let id = try await anna.send("gone", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .delivered })
        let summary = await anna.forget(ben.id)
        #expect(summary.counts == ["messages": 1, "conversations": 1])
        #expect(try await anna.conversations().isEmpty)
        #expect(try await eventually { try cleared == [.historyCleared(peer: ben.id, deletedMessages: 1)] })
        await mesh.stop()
    }

    @Test func forgettingSomebodyWithoutMessagesTellsNobody() async throws {
        #expect(await anna.forget(ben.id).counts == ["messages": 0, "conversations": 0])
        #expect(try cleared.isEmpty)
        await mesh.stop()
    }

    @Test func anIdentityThatAgesOutKeepsItsHistoryAndGivesUpWhatWaits() async throws {
        mesh.onTransit { _ in .lose }
        let id = try await anna.send("kept", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .sent })
        #expect(await anna.forget(ben.id, cause: .expired, keepData: true).counts.isEmpty)
        #expect(try await anna.status(of: id, with: ben) == .failed)
        #expect(try await anna.history(with: ben).first?.failureReason == .forgotten)
        #expect(try await eventually { try anna.statusEvents(of: id).last?.reason == .forgotten })
        #expect(try cleared.isEmpty)
        await mesh.stop()
    }

    /// MS-11: the identity comes back, the old history does not, not even by a resend.
    @Test func theOldHistoryStaysGone() async throws {
        mesh.onTransit { $0.kind == MessagingKind.receipt ? .lose : .deliver }
        let old = try await ben.send("old", to: anna)
        #expect(try await eventually { try await anna.history(with: ben).count == 1 })
        _ = await anna.forget(ben.id)
        mesh.disconnect(anna, ben)
        mesh.onTransit { _ in .deliver }
        mesh.connect(anna, ben)
        #expect(try await eventually { try await ben.status(of: old, with: anna) == .delivered })
        #expect(try await anna.conversations().isEmpty)
        try await ben.send("new", to: anna)
        #expect(try await eventually { try await anna.history(with: ben).map(\.body) == ["new"] })
        await mesh.stop()
    }

    @Test func deletingAConversationStopsWhatWaitsInIt() async throws {
        mesh.disconnect(anna, ben)
        try await anna.send("never mind", to: ben)
        let result: DeleteConversationResult = try await anna.ask(
            "delete_conversation", DeleteConversationParameters(peer: ben.id))
        #expect(result == DeleteConversationResult(deletedMessages: 1, deletedConversation: true))
        mesh.connect(anna, ben)
        let second = try await anna.send("this one", to: ben)
        #expect(try await eventually { try await anna.status(of: second, with: ben) == .delivered })
        #expect(try await ben.history(with: anna).map(\.body) == ["this one"])
        await mesh.stop()
    }

    @Test func deletingAlwaysTellsEvenIfThereWasNothing() async throws {
        let none: DeleteConversationResult = try await anna.ask(
            "delete_conversation", DeleteConversationParameters(peer: ben.id))
        #expect(none == DeleteConversationResult(deletedMessages: 0, deletedConversation: false))
        let all: DeleteAllMessagesResult = try await anna.ask("delete_all", [String]())
        #expect(all == DeleteAllMessagesResult(deletedMessages: 0, deletedConversations: 0))
        let expected: [MessageEvent] = [
            .historyCleared(peer: ben.id, deletedMessages: 0), .historyCleared(peer: nil, deletedMessages: 0),
        ]
        #expect(try await eventually { try cleared == expected })
        await mesh.stop()
    }
}
