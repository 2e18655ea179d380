import PIMCore
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

@Suite struct EventTests {
    @Test func everyClientHearsOfMessagesOnBothSides() async throws {
        let mesh = PluginMesh()
        let clock = TestClock()
        let anna = try await mesh.addMessagingNode("anna", clock: clock)
        let ben = try await mesh.addMessagingNode("ben", clock: clock)
        mesh.connect(anna, ben)
        let id = try await anna.send("hello", to: ben)
        #expect(try await anna.tells(.delivered, of: id))
        guard case .queued(let queued, in: let conversation) = try anna.messageEvents.first else {
            Issue.record("the new message comes first")
            return
        }
        #expect(queued.id == id)
        #expect(queued.status == .pending)
        #expect(conversation.peerNodeID == ben.id)
        #expect(conversation.name == "ben")
        #expect(try await eventually { try !ben.messageEvents.isEmpty })
        guard case .received(let received, in: let summary) = try ben.messageEvents.first else {
            Issue.record("no event for the received message")
            return
        }
        #expect(received == (try await ben.history(with: anna).first))
        #expect(summary == (try await ben.conversations().first))
        await mesh.stop()
    }
}
