import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

/// The cases of `spec/plugin.md` §10 and what surrounds them.
@Suite struct DispatchTests {
    @Test func exactKindReachesItsPlugin() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("messaging", kinds: ["messaging.msg", "messaging.ack"])
        let node = try await mesh.addNode("a", plugins: [plugin])
        #expect(node.receive("messaging.ack", [1, 2], from: .sample(9), arrival: .direct, security: .link) == .queued)
        await mesh.settle()
        let payload = try #require(plugin.payloads.first)
        #expect(payload.source == .sample(9))
        #expect(payload.kind == "messaging.ack")
        #expect(payload.body == [1, 2])
        #expect(payload.arrival == .direct)
        #expect(payload.security == .link)
        await mesh.stop()
    }

    @Test(arguments: ["Messaging.msg", "messaging", "messaging.msg ", "", "messaging.msg.x", "unknown", "\u{fc}"])
    func anyOtherKindIsDroppedAndCounted(kind: String) async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("messaging", kinds: ["messaging.msg"])
        let node = try await mesh.addNode("a", plugins: [plugin])
        #expect(node.receive(kind, [1], from: .sample(9)) == .dropped(.noPlugin))
        await mesh.settle()
        #expect(plugin.payloads.isEmpty)
        #expect(node.host.unclaimedDrops().byReason == [.noPlugin: 1])
        #expect(node.host.unclaimedDrops().topSources == [SourceDrops(source: .sample(9), dropped: 1)])
        await mesh.stop()
    }

    /// U+212A, the Kelvin sign, equals the letter K as text but not as bytes.
    @Test func kindsAreComparedByteForByte() async throws {
        let mesh = PluginMesh()
        let node = try await mesh.addNode("a", plugins: [ProbePlugin("probe", kinds: ["K"])])
        #expect("\u{212a}" == "K")
        #expect(node.receive("\u{212a}", [], from: .sample(1)) == .dropped(.noPlugin))
        #expect(node.receive("K", [], from: .sample(1)) == .queued)
        await mesh.stop()
    }

    @Test func firstOfTwoPluginsWithOneKindGetsIt() async throws {
        let mesh = PluginMesh()
        let (first, second) = (ProbePlugin("one", kinds: ["x"]), ProbePlugin("two", kinds: ["x"]))
        let node = try await mesh.addNode("a", plugins: [first, second])
        node.receive("x", [7], from: .sample(1))
        await mesh.settle()
        #expect(first.bodies == [[7]])
        #expect(second.payloads.isEmpty)
        #expect(node.status("two")?.kinds == [])
        await mesh.stop()
    }

    @Test func payloadBeforeTheStartIsDropped() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("probe")
        let node = try mesh.prepareNode("a", plugins: [plugin])
        #expect(node.receive("probe.msg", [1], from: .sample(1)) == .dropped(.notRunning))
        try await node.host.start()
        #expect(node.receive("probe.msg", [2], from: .sample(1)) == .queued)
        await mesh.settle()
        #expect(plugin.bodies == [[2]])
        #expect(node.status("probe")?.drops.byReason == [.notRunning: 1])
        await mesh.stop()
    }

    @Test func hostWithoutPluginsIsValid() async throws {
        let mesh = PluginMesh()
        let node = try await mesh.addNode("a", plugins: [])
        #expect(node.receive("x", [], from: .sample(1)) == .dropped(.noPlugin))
        #expect(node.host.status().isEmpty)
        await mesh.stop()
    }

    @Test func disabledPluginReceivesNothingAndIsListed() async throws {
        let mesh = PluginMesh()
        let journal = Journal()
        let plugin = ProbePlugin("probe", start: { _ in journal.note("start") }, shutdown: { journal.note("shutdown") })
        let node = try await mesh.addNode("a", plugins: [plugin], settings: ["probe": PluginSettings(enabled: false)])
        #expect(node.receive("probe.msg", [], from: .sample(1)) == .dropped(.noPlugin))
        #expect(node.status("probe")?.phase == .disabled)
        await mesh.stop()
        #expect(journal.entries.isEmpty)
    }

    @Test func everyPayloadOfASourceArrivesInOrder() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("probe")
        let node = try await mesh.addNode("a", plugins: [plugin])
        for number in 0..<200 {
            #expect(node.receive("probe.msg", [UInt8(number)], from: .sample(1 + number % 3)) == .queued)
        }
        await mesh.settle()
        for source in 1...3 {
            let bodies = plugin.payloads.filter { $0.source == .sample(source) }.map(\.body)
            #expect(bodies == (0..<200).filter { 1 + $0 % 3 == source }.map { [UInt8($0)] })
        }
        #expect(node.status("probe")?.handled == 200)
        await mesh.stop()
    }
}
