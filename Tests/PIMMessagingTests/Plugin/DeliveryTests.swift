import PIMCore
import PIMPlugin
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

/// A message from one node to another and its receipt back, through real hosts and with real keys.
@Suite struct DeliveryTests {
    private let mesh = PluginMesh()
    private let clock = TestClock()
    private let anna: PluginTestNode
    private let ben: PluginTestNode

    init() async throws {
        anna = try await mesh.addMessagingNode("anna", clock: clock)
        ben = try await mesh.addMessagingNode("ben", clock: clock)
    }

    @Test func aMessageArrivesAndIsAcknowledged() async throws {
        mesh.connect(anna, ben)
        let id = try await anna.send("Olá, mesh!", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .delivered })
        let received = try await ben.history(with: anna)
        #expect(received.map(\.id) == [id])
        #expect(received.map(\.body) == ["Olá, mesh!"])
        #expect(received.map(\.direction) == [.received])
        #expect(received.map(\.verified) == [false])
        #expect(try await anna.tells(.delivered, of: id))
        let conversation = try #require(try await ben.conversations().first)
        #expect(conversation.name == "anna")
        #expect(conversation.unreadCount == 1)
        #expect(conversation.isConnected)
        #expect(conversation.x25519PublicKey == anna.identity.x25519PublicKey)
        await mesh.stop()
    }

    @Test func nothingReadableLeavesTheNode() async throws {
        mesh.connect(anna, ben)
        let id = try await anna.send("nobody on the way reads this", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .delivered })
        let payload = try #require(mesh.sent(by: anna).first { $0.kind == MessagingKind.message })
        #expect(payload.route == .routed)
        #expect(!String(decoding: payload.body, as: UTF8.self).contains("nobody"))
        #expect(payload.body.count == "nobody on the way reads this".utf8.count + 84)
        await mesh.stop()
    }

    @Test func theLongestBodyTravelsIntact() async throws {
        mesh.connect(anna, ben)
        let body = String(repeating: "😀", count: 2048)
        let id = try await anna.send(body, to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .delivered })
        #expect(try await ben.history(with: anna).first?.body == body)
        await mesh.stop()
    }

    @Test func aMessageThatArrivesTwiceIsStoredOnceAndAcknowledgedTwice() async throws {
        mesh.connect(anna, ben)
        mesh.onTransit { $0.kind == MessagingKind.message ? .duplicate : .deliver }
        let id = try await anna.send("once", to: ben)
        #expect(await eventually { mesh.accepted(MessagingKind.receipt, from: ben) == 2 })
        #expect(try await ben.history(with: anna).map(\.id) == [id])
        #expect(try await ben.conversations().first?.unreadCount == 1)
        let received = { try ben.messageEvents.filter { if case .received = $0 { true } else { false } }.count }
        #expect(try await eventually { try received() == 1 })
        await mesh.stop()
    }

    @Test func severalMessagesKeepTheirOrder() async throws {
        mesh.connect(anna, ben)
        for number in 0..<20 {
            clock.manual.advance(by: .milliseconds(1))
            try await anna.send("\(number)", to: ben)
        }
        #expect(try await eventually { try await ben.history(with: anna).count == 20 })
        #expect(try await ben.history(with: anna).map(\.body) == (0..<20).reversed().map(String.init))
        await mesh.stop()
    }

    /// MS-16.
    @Test func receiptsThatDoNotBelongAreIgnored() async throws {
        let carol = try await mesh.addMessagingNode("carol", clock: clock)
        mesh.connect(anna, ben)
        mesh.connect(anna, carol)
        mesh.onTransit { _ in .lose }
        let id = try await anna.send("for ben only", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .sent })
        anna.receiveReceipt(1, for: id, from: carol)
        anna.receiveReceipt(3, for: id, from: ben)
        anna.receiveReceipt(1, for: .random(), from: ben)
        await mesh.settle()
        // The genuine one shows that those before it have been dealt with.
        anna.receiveReceipt(1, for: id, from: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .delivered })
        #expect(try await anna.tells(.delivered, of: id))
        let others = try anna.messageEvents.filter { event in
            if case .status(let change) = event { change.peerNodeID != ben.id || change.messageID != id } else { false }
        }
        #expect(others.isEmpty)
        await mesh.stop()
    }

    @Test func whatCannotBeReadIsDroppedWithoutAnswer() async throws {
        mesh.connect(anna, ben)
        try ben.receiveMessage([0xff], from: anna)
        try ben.receiveMessage([UInt8](repeating: 0x61, count: 8193), from: anna)
        try ben.receiveMessage(Array("in clear".utf8), from: anna, arrival: .direct, security: .unauthenticated)
        try ben.receiveMessage(Array("from myself".utf8), from: ben)
        ben.receive(MessagingKind.message, [UInt8](repeating: 1, count: 24 + 59), from: anna.id)
        ben.receive(MessagingKind.message, [UInt8](repeating: 1, count: 24 + 200), from: anna.id)
        ben.receive(MessagingKind.message, [1, 2, 3], from: anna.id)
        ben.receive(MessagingKind.receipt, [1, 2, 3], from: anna.id)
        try ben.receiveMessage([UInt8](repeating: 0x61, count: 8192), from: anna)
        #expect(try await eventually { try await ben.history(with: anna).count == 1 })
        #expect(try await ben.history(with: anna).first?.body.utf8.count == 8192)
        #expect(await eventually { mesh.accepted(MessagingKind.receipt, from: ben) == 1 })
        #expect(try await ben.conversations().count == 1)
        await mesh.stop()
    }

    @Test func anEmptyMessageAndAProvenSourceAreTaken() async throws {
        mesh.connect(anna, ben)
        try ben.receiveMessage([], at: -1, from: anna, security: .endToEnd)
        #expect(try await eventually { try await ben.history(with: anna).count == 1 })
        let record = try #require(try await ben.history(with: anna).first)
        #expect(record.body.isEmpty)
        #expect(record.verified == true)
        #expect(record.timestampMilliseconds == -1)
        await mesh.stop()
    }

    @Test func sealedDirectPayloadsAreTaken() async throws {
        try ben.receiveMessage(Array("near".utf8), from: anna, arrival: .direct, security: .link)
        #expect(try await eventually { try await ben.history(with: anna).first?.verified == true })
        await mesh.stop()
    }
}
