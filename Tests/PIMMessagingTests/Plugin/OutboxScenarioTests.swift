import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

/// What becomes of messages when the mesh does not cooperate.
@Suite struct OutboxScenarioTests {
    private let mesh = PluginMesh()
    private let clock = TestClock()
    private let anna: PluginTestNode
    private let ben: PluginTestNode

    init() async throws {
        anna = try await mesh.addMessagingNode("anna", clock: clock)
        ben = try await mesh.addMessagingNode("ben", clock: clock)
    }

    /// The two are linked, and their plugins have heard it: news that came late would be news.
    private func connect() async {
        mesh.connect(anna, ben)
        #expect(await mesh.settle())
    }

    /// The two know each other but have no route.
    private func acquaint() async {
        await connect()
        mesh.disconnect(anna, ben)
        #expect(await mesh.settle())
    }

    private func isDelivered(_ id: MessageID) async -> Bool {
        await eventually { (try? await anna.status(of: id, with: ben)) == .delivered }
    }

    private var messagesFromAnna: Int { mesh.accepted(MessagingKind.message, from: anna) }

    @Test func waitsForARouteAndLeavesInOrder() async throws {
        await acquaint()
        var ids: [MessageID] = []
        for number in 0..<10 {
            clock.manual.advance(by: .milliseconds(1))
            ids.append(try await anna.send("\(number)", to: ben))
        }
        #expect(try await anna.history(with: ben).allSatisfy { $0.status == .pending })
        mesh.connect(anna, ben)
        for id in ids { #expect(await isDelivered(id)) }
        let order = mesh.sent(by: anna).filter { $0.kind == MessagingKind.message && $0.result.isAccepted }
            .compactMap { try? MessageBody(decoding: $0.body).id }
        #expect(order == ids)
        #expect(try await ben.history(with: anna).count == 10)
        await mesh.stop()
    }

    @Test func waitsForAKeyOnAKnownRoute() async throws {
        await connect()
        _ = await anna.forget(ben.id, keepData: true)
        let id = try await anna.send("before the key", to: ben)
        #expect(try await anna.status(of: id, with: ben) == .pending)
        #expect(messagesFromAnna == 0)
        anna.directory.learn(ben.id, key: ben.identity.x25519PublicKey, name: "ben")
        #expect(await isDelivered(id))
        await mesh.stop()
    }

    @Test func aLostMessageIsSentAgainAfterAMinuteAsTheSameMessage() async throws {
        await connect()
        mesh.onTransit { $0.kind == MessagingKind.message ? .lose : .deliver }
        let id = try await anna.send("again", to: ben)
        #expect(await eventually { messagesFromAnna == 1 })
        await clock.pass(.seconds(59))
        #expect(messagesFromAnna == 1)
        mesh.onTransit { _ in .deliver }
        await clock.pass(.seconds(20))
        #expect(await isDelivered(id))
        #expect(messagesFromAnna == 2)
        let bodies = mesh.sent(by: anna).filter { $0.kind == MessagingKind.message }.map { $0.body.prefix(24) }
        #expect(Set(bodies).count == 1)
        #expect(try await anna.tells(.delivered, of: id))
        await mesh.stop()
    }

    @Test func aLostReceiptCostsOneResendAndNothingElse() async throws {
        await connect()
        mesh.onTransit { $0.kind == MessagingKind.receipt ? .lose : .deliver }
        let id = try await anna.send("once", to: ben)
        #expect(await eventually { mesh.accepted(MessagingKind.receipt, from: ben) == 1 })
        mesh.onTransit { _ in .deliver }
        await clock.pass(.seconds(80))
        #expect(await isDelivered(id))
        #expect(try await ben.history(with: anna).count == 1)
        #expect(try await ben.conversations().first?.unreadCount == 1)
        await mesh.stop()
    }

    @Test func aRouteThatComesBackResendsAtOnce() async throws {
        await connect()
        mesh.onTransit { _ in .lose }
        let id = try await anna.send("lost with the link", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .sent })
        mesh.disconnect(anna, ben)
        mesh.onTransit { _ in .deliver }
        mesh.connect(anna, ben)
        #expect(await isDelivered(id))
        await mesh.stop()
    }

    @Test func aReceiptWithoutAWayBackWaitsForIt() async throws {
        await acquaint()
        try ben.receiveMessage(Array("one way".utf8), from: anna)
        #expect(try await eventually { try await ben.history(with: anna).count == 1 })
        #expect(mesh.accepted(MessagingKind.receipt, from: ben) == 0)
        mesh.connect(anna, ben)
        #expect(await eventually { mesh.accepted(MessagingKind.receipt, from: ben) == 1 })
        await mesh.stop()
    }

    @Test func aFullLinkIsTriedAgainUntilItEmpties() async throws {
        await connect()
        mesh.setCongested(true, at: anna)
        var ids: [MessageID] = []
        for number in 0..<3 { ids.append(try await anna.send("\(number)", to: ben)) }
        #expect(messagesFromAnna == 0)
        mesh.setCongested(false, at: anna)
        #expect(
            await eventually {
                clock.manual.advance(by: ResendPolicy.congestion)
                return messagesFromAnna == 3
            })
        for id in ids { #expect(await isDelivered(id)) }
        await mesh.stop()
    }

    @Test func waitingMessagesSurviveARestartOfTheSender() async throws {
        await acquaint()
        let id = try await anna.send("kept", to: ben)
        try await anna.restart(plugins: [MessagingPlugin(clock: clock)])
        #expect(try await anna.status(of: id, with: ben) == .pending)
        mesh.connect(anna, ben)
        #expect(await isDelivered(id))
        #expect(try await ben.history(with: anna).count == 1)
        await mesh.stop()
    }

    @Test func whatWasUnderWayIsSentAgainAfterARestart() async throws {
        await connect()
        mesh.onTransit { _ in .lose }
        let id = try await anna.send("under way", to: ben)
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .sent })
        mesh.onTransit { _ in .deliver }
        try await anna.restart(plugins: [MessagingPlugin(clock: clock)])
        #expect(await isDelivered(id))
        await mesh.stop()
    }

    @Test func aReceiverThatRestartsHasEachMessageOnce() async throws {
        await connect()
        mesh.onTransit { $0.kind == MessagingKind.receipt ? .lose : .deliver }
        var ids: [MessageID] = []
        for number in 0..<20 { ids.append(try await anna.send("\(number)", to: ben)) }
        #expect(try await eventually { try await ben.history(with: anna).count == 20 })
        mesh.disconnect(anna, ben)
        try await ben.restart(plugins: [MessagingPlugin(clock: clock)])
        mesh.onTransit { _ in .deliver }
        mesh.connect(anna, ben)
        for id in ids { #expect(await isDelivered(id)) }
        #expect(try await ben.history(with: anna).count == 20)
        #expect(try await ben.conversations().first?.unreadCount == 20)
        await mesh.stop()
    }

    @Test func isGivenUpAfterItsLifetimeAndLiftedByALateReceipt() async throws {
        let settings = PluginSettings(configuration: PluginConfiguration(["outbox_ttl_s": .integer(30)]))
        try await anna.restart(plugins: [MessagingPlugin(clock: clock)], settings: ["messaging": settings])
        await acquaint()
        let id = try await anna.send("too late", to: ben)
        await clock.pass(.seconds(29))
        #expect(try await anna.status(of: id, with: ben) == .pending)
        await clock.pass(.seconds(2))
        #expect(try await eventually { try await anna.status(of: id, with: ben) == .failed })
        #expect(try await eventually { try anna.statusEvents(of: id).last?.reason == .expired })
        #expect(try await anna.history(with: ben).first?.failureReason == .expired)
        mesh.connect(anna, ben)
        await mesh.settle()
        #expect(messagesFromAnna == 0)
        anna.receiveReceipt(1, for: id, from: ben)
        #expect(await isDelivered(id))
        await mesh.stop()
    }

    @Test func theOutboxRefusesMoreThanItsLimitAndTakesAgainWhatFits() async throws {
        let section: [String: JSONValue] = ["outbox_max_messages": .integer(3)]
        try await anna.restart(
            plugins: [MessagingPlugin(clock: clock)],
            settings: ["messaging": PluginSettings(configuration: PluginConfiguration(section))])
        await acquaint()
        for _ in 0..<3 { try await anna.send("waits", to: ben) }
        await #expect(throws: RPCError(.storageFailed, "")) { try await anna.send("one too many", to: ben) }
        #expect(try await anna.history(with: ben).count == 3)
        mesh.connect(anna, ben)
        #expect(
            try await eventually { try await anna.history(with: ben).allSatisfy { $0.status == .delivered } })
        try await anna.send("fits again", to: ben)
        await mesh.stop()
    }
}
