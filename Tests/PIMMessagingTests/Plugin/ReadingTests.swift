import PIMCore
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

@Suite struct ReadingTests {
    private let mesh = PluginMesh()
    private let clock = TestClock()

    private func conversation(
        readReceipts: Bool
    ) async throws -> (anna: PluginTestNode, ben: PluginTestNode, id: MessageID) {
        let anna = try await mesh.addMessagingNode("anna", clock: clock)
        let ben = try await mesh.addMessagingNode("ben", clock: clock, ["read_receipts": .bool(readReceipts)])
        mesh.connect(anna, ben)
        let id = try await anna.send("read me", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .delivered })
        return (anna, ben, id)
    }

    @Test func readingTellsOtherClientsButNotTheSender() async throws {
        let (anna, ben, id) = try await conversation(readReceipts: false)
        let result: MarkReadResult = try await ben.ask(
            "mark_read", MarkReadParameters(peer: anna.id, upToMilliseconds: clock.wallMilliseconds))
        #expect(result.unreadCount == 0)
        #expect(
            try await eventually {
                try ben.messageEvents.contains { event in
                    if case .conversationChanged(let summary) = event { summary.unreadCount == 0 } else { false }
                }
            })
        // Another message shows that nothing else is on its way to anna.
        let next = try await ben.send("next", to: anna)
        #expect(try await eventually { try await ben.status(of: next, with: anna) == .delivered })
        #expect(mesh.accepted(MessagingKind.receipt, from: ben) == 1)
        #expect(try await anna.status(of: id, with: ben) == .delivered)
        await mesh.stop()
    }

    @Test func readReceiptsAreSentWhenTheOperatorWantsThem() async throws {
        let (anna, ben, id) = try await conversation(readReceipts: true)
        let _: MarkReadResult = try await ben.ask(
            "mark_read", MarkReadParameters(peer: anna.id, upToMilliseconds: clock.wallMilliseconds))
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .read })
        #expect(try await anna.tells(.read, of: id))
        #expect(try await anna.history(with: ben).first?.readAtMilliseconds != nil)
        await mesh.stop()
    }
}
