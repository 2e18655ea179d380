import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct StartTests {
    private let clock = ManualClock()
    private let journal = Journal()

    private func plugin(_ name: String, policy: PluginFailurePolicy = .required, fails: Bool = false) -> ProbePlugin {
        ProbePlugin(
            name, policy: policy,
            start: { [journal] _ in
                journal.note("start \(name)")
                if fails { throw ProbeError("no luck") }
            }, shutdown: { [journal] in journal.note("shutdown \(name)") })
    }

    @Test func pluginsStartInRegistrationOrder() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try await mesh.addNode("a", plugins: [plugin("one"), plugin("two"), plugin("three")])
        #expect(journal.entries == ["start one", "start two", "start three"])
        #expect(node.host.status().map(\.phase) == [.running, .running, .running])
        await mesh.stop()
    }

    @Test func failedRequiredPluginEndsTheStartAndIsNamed() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try mesh.prepareNode(
            "a", plugins: [plugin("one"), plugin("two"), plugin("three", fails: true), plugin("four")])
        let error = await #expect(throws: PIMError.self) { try await node.host.start() }
        #expect(error?.category == .plugin)
        #expect(error?.description.contains("“three”") == true)
        #expect(error?.description.contains("no luck") == true)
        #expect(journal.entries == ["start one", "start two", "start three", "shutdown two", "shutdown one"])
        #expect(node.host.status().map(\.phase) == [.stopped, .stopped, .failed, .stopped])
        #expect(node.receive("one.msg", [], from: .sample(1)) == .dropped(.notRunning))
        await mesh.stop()
    }

    @Test func failedOptionalPluginIsListedAndTheOthersRun() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try await mesh.addNode(
            "a", plugins: [plugin("one"), plugin("two", policy: .optional, fails: true), plugin("three")])
        #expect(node.host.status().map(\.phase) == [.running, .failed, .running])
        #expect(node.status("two")?.lastError == "no luck")
        #expect(node.status("two")?.policy == .optional)
        #expect(node.receive("two.msg", [], from: .sample(1)) == .dropped(.notRunning))
        await mesh.stop()
        #expect(journal.entries == ["start one", "start two", "start three", "shutdown three", "shutdown one"])
    }

    @Test func configurationCanMakeAPluginOptional() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try await mesh.addNode(
            "a", plugins: [plugin("one", fails: true)], settings: ["one": PluginSettings(required: false)])
        #expect(node.status("one")?.phase == .failed)
        await mesh.stop()
    }

    @Test func startThatDoesNotReturnMissesItsDeadline() async throws {
        let mesh = PluginMesh(clock: clock)
        let latch = Latch()
        let slow = ProbePlugin("slow", policy: .optional, start: { _ in await latch.wait() })
        let node = try mesh.prepareNode("a", plugins: [slow, plugin("next")])
        let start = Task { try await node.host.start() }
        #expect(await eventually { latch.waiters == 1 })
        #expect(node.status("slow")?.phase == .starting)
        #expect(await clock.run { node.status("slow")?.phase == .failed })
        #expect(clock.elapsed >= .seconds(30) && clock.elapsed < .seconds(60))
        try await start.value
        #expect(node.status("slow")?.lastError?.contains("30.0 seconds") == true)
        #expect(node.status("next")?.phase == .running)
        // It learns nothing and sends nothing should it go on after all.
        let context = try #require(slow.context)
        #expect(context.control.send(OutboundPayload(kind: "x", body: []), to: .sample(1)) == .stopped)
        latch.open()
        await mesh.stop()
    }

    @Test func wrongConfigurationEndsTheStart() async throws {
        let mesh = PluginMesh(clock: clock)
        let strict = ProbePlugin("strict", check: { try $0.refuseKeys(otherThan: ["size"]) })
        let node = try mesh.prepareNode(
            "a", plugins: [plugin("one"), strict],
            settings: ["strict": PluginSettings(configuration: PluginConfiguration(["sise": .integer(1)]))])
        let error = await #expect(throws: PIMError.self) { try await node.host.start() }
        #expect(error?.description.contains("[plugins.strict]") == true)
        #expect(error?.description.contains("sise") == true)
        #expect(journal.entries.isEmpty)
        #expect(node.host.checkConfiguration().map(\.plugin) == ["strict"])
        await mesh.stop()
    }

    @Test func brokenDescriptionEndsTheStart() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try mesh.prepareNode("a", plugins: [plugin("one"), plugin("one")])
        await #expect(throws: PIMError.self) { try await node.host.start() }
        #expect(journal.entries.isEmpty)
        await mesh.stop()
    }

    @Test func hostStartsOnce() async throws {
        let mesh = PluginMesh(clock: clock)
        let node = try await mesh.addNode("a", plugins: [plugin("one")])
        await #expect(throws: PIMError.self) { try await node.host.start() }
        await mesh.stop()
        await #expect(throws: PIMError.self) { try await node.host.start() }
        #expect(journal.entries == ["start one", "shutdown one"])
    }

    @Test func cancelledStartShutsDownWhatHadStarted() async throws {
        let mesh = PluginMesh(clock: clock)
        let sleepy = ProbePlugin("sleepy", policy: .optional, start: { _ in try await Task.sleep(for: .seconds(3600)) })
        let node = try mesh.prepareNode("a", plugins: [plugin("one"), sleepy, plugin("never")])
        let start = Task { try await node.host.start() }
        #expect(await eventually { node.status("sleepy")?.phase == .starting })
        start.cancel()
        await #expect(throws: CancellationError.self) { try await start.value }
        #expect(journal.entries == ["start one", "shutdown one"])
        await mesh.stop()
    }

    @Test func shutdownAfterACancelledStartIsNotCancelledItself() async throws {
        let mesh = PluginMesh(clock: clock)
        let polite = ProbePlugin(
            "polite", shutdown: { [journal] in journal.note(Task.isCancelled ? "cancelled" : "in peace") })
        let sleepy = ProbePlugin("sleepy", start: { _ in try await Task.sleep(for: .seconds(3600)) })
        let node = try mesh.prepareNode("a", plugins: [polite, sleepy])
        let start = Task { try await node.host.start() }
        #expect(await eventually { node.status("sleepy")?.phase == .starting })
        start.cancel()
        await #expect(throws: CancellationError.self) { try await start.value }
        #expect(journal.entries == ["in peace"])
        await mesh.stop()
    }

    @Test func shutdownDuringTheStartEndsIt() async throws {
        let mesh = PluginMesh(clock: clock)
        let sleepy = ProbePlugin("sleepy", start: { _ in try await Task.sleep(for: .seconds(3600)) })
        let node = try mesh.prepareNode("a", plugins: [plugin("one"), sleepy])
        let start = Task { try await node.host.start() }
        #expect(await eventually { node.status("sleepy")?.phase == .starting })
        await node.host.shutdown()
        await #expect(throws: CancellationError.self) { try await start.value }
        #expect(journal.entries == ["start one", "shutdown one"])
        await mesh.stop()
    }
}
