import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct ForgetTests {
    private let clock = ManualClock()
    private let journal = Journal()

    private func plugin(_ name: String, wipes counts: [String: Int]) -> ProbePlugin {
        ProbePlugin(
            name,
            forget: { [journal] event in
                journal.note("\(name) \(event.peer.low) \(event.cause.rawValue) \(event.keepData)")
                return ForgetSummary(counts)
            })
    }

    @Test func everyPluginIsToldInOrderAndSummariesAreMerged() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try await mesh.addNode(
            "a",
            plugins: [plugin("one", wipes: ["messages": 2]), plugin("two", wipes: ["messages": 3, "files": 1])])
        let summary = await node.host.forget(PeerForgotten(peer: .sample(5), cause: .request, keepData: false))
        #expect(summary == ForgetSummary(["messages": 5, "files": 1]))
        #expect(journal.entries == ["one 5 request false", "two 5 request false"])
        await mesh.stop()
    }

    @Test func eventThatKeepsDataIsToldToo() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try await mesh.addNode("a", plugins: [plugin("one", wipes: [:])])
        _ = await node.host.forget(PeerForgotten(peer: .sample(5), cause: .expired, keepData: true))
        #expect(journal.entries == ["one 5 expired true"])
        await mesh.stop()
    }

    @Test func failureBlocksNobody() async throws {
        let mesh = PluginMesh(clock: clock)
        let broken = ProbePlugin("broken", forget: { _ in throw ProbeError("locked") })
        let node = try await mesh.addNode("a", plugins: [broken, plugin("two", wipes: ["messages": 1])])
        let summary = await node.host.forget(PeerForgotten(peer: .sample(5), cause: .request, keepData: false))
        #expect(summary == ForgetSummary(["messages": 1]))
        #expect(node.status("broken")?.lastError == "locked")
        #expect(node.status("broken")?.phase == .running)
        await mesh.stop()
    }

    @Test func pluginThatDoesNotAnswerIsPassedOverAfterTenSeconds() async throws {
        let mesh = PluginMesh(clock: clock)
        let latch = Latch()
        let stuck = ProbePlugin(
            "stuck",
            forget: { _ in
                await latch.wait()
                return ForgetSummary(["late": 1])
            })
        let node = try await mesh.addNode("a", plugins: [stuck, plugin("two", wipes: ["messages": 1])])
        let forgetting = Task {
            await node.host.forget(PeerForgotten(peer: .sample(5), cause: .request, keepData: false))
        }
        #expect(await eventually { latch.waiters == 1 })
        #expect(await clock.run { !journal.entries.isEmpty })
        #expect(clock.elapsed >= .seconds(10) && clock.elapsed < .seconds(30))
        #expect(await forgetting.value == ForgetSummary(["messages": 1]))
        latch.open()
        await mesh.stop()
    }

    @Test func cancelledCallerDoesNotCancelTheWiping() async throws {
        let mesh = PluginMesh(clock: clock)
        let latch = Latch()
        let plugin = ProbePlugin(
            "probe",
            forget: { _ in
                await latch.wait()
                return ForgetSummary([Task.isCancelled ? "cancelled" : "wiped": 1])
            })
        let node = try await mesh.addNode("a", plugins: [plugin])
        let caller = Task {
            await node.host.forget(PeerForgotten(peer: .sample(5), cause: .request, keepData: false))
        }
        #expect(await eventually { latch.waiters == 1 })
        caller.cancel()
        latch.open()
        #expect(await caller.value == ForgetSummary(["wiped": 1]))
        await mesh.stop()
    }

    @Test func onlyRunningPluginsAreTold() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try await mesh.addNode("a", plugins: [plugin("one", wipes: ["messages": 1])])
        await node.host.shutdown()
        let summary = await node.host.forget(PeerForgotten(peer: .sample(5), cause: .request, keepData: false))
        #expect(summary == ForgetSummary())
        #expect(journal.entries.isEmpty)
        await mesh.stop()
    }
}
