import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct ShutdownTests {
    private let clock = ManualClock()
    private let journal = Journal()

    @Test func shutdownRunsOnceInReverseOrderWhoeverAsks() async throws {
        let mesh = PluginMesh(clock: clock)
        let plugins = ["one", "two", "three"].map { name in
            ProbePlugin(name, shutdown: { [journal] in journal.note(name) })
        }
        let node = try await mesh.addNode("a", plugins: plugins)
        async let first: Void = node.host.shutdown()
        async let second: Void = node.host.shutdown()
        _ = await (first, second)
        await node.host.shutdown()
        #expect(journal.entries == ["three", "two", "one"])
        #expect(node.host.status().map(\.phase) == [.stopped, .stopped, .stopped])
        await mesh.stop()
    }

    @Test func lastPayloadSentInShutdownStillLeaves() async throws {
        let mesh = PluginMesh(clock: clock)
        let b = try await mesh.addNode("b", plugins: [ProbePlugin("probe")])
        let target = b.id
        let leaver = Leaver(target: target)
        let a = try await mesh.addNode("a", plugins: [leaver])
        mesh.connect(a, b)
        await a.host.shutdown()
        #expect(mesh.sent(by: a).map(\.result) == [.queued(.unauthenticated)])
        await mesh.settle()
        #expect(b.status("probe")?.handled == 1)
        await mesh.stop()
    }

    @Test func portsAnswerStoppedAfterwards() async throws {
        let mesh = PluginMesh(clock: clock)
        let plugin = ProbePlugin("probe")
        let a = try await mesh.addNode("a", plugins: [plugin])
        let b = try await mesh.addNode("b", plugins: [])
        mesh.connect(a, b)
        let context = try #require(plugin.context)
        #expect(context.peers.hasRoute(to: b.id))
        let events = Task {
            var seen = 0
            for await _ in context.peers.events() { seen += 1 }
            return seen
        }
        await a.host.shutdown()
        #expect(await events.value == 0)
        let payload = OutboundPayload(kind: "probe.msg", body: [])
        #expect(context.control.send(payload, to: b.id) == .stopped)
        #expect(try await context.control.sendWhenWritable(payload, to: b.id) == .stopped)
        #expect(!context.peers.hasRoute(to: b.id))
        #expect(context.peers.x25519Key(of: b.id) == nil)
        #expect(throws: PIMError.self) { try context.identity.sign([1]) }
        context.events.publish(["late": true])
        #expect(a.events.isEmpty)
        context.run("late") { [journal] in journal.note("ran") }
        #expect(mesh.sent.isEmpty)
        await mesh.stop()
        #expect(journal.entries.isEmpty)
    }

    @Test func sendThatWaitsForACongestedLinkEndsWithThePlugin() async throws {
        let mesh = PluginMesh(clock: clock)
        let plugin = ProbePlugin("probe")
        let a = try await mesh.addNode("a", plugins: [plugin])
        let b = try await mesh.addNode("b", plugins: [])
        mesh.connect(a, b)
        mesh.setCongested(true, at: a)
        let context = try #require(plugin.context)
        let send = Task { [id = b.id] in
            try await context.control.sendWhenWritable(OutboundPayload(kind: "probe.msg", body: []), to: id)
        }
        #expect(await eventually { mesh.sent.count > 2 })
        await a.host.shutdown()
        #expect(try await send.value == .stopped)
        await mesh.stop()
    }

    @Test func backgroundWorkIsCancelledAndAwaitedBeforeShutdown() async throws {
        let mesh = PluginMesh(clock: clock)
        let plugin = ProbePlugin(
            "probe",
            start: { [journal] context in
                context.run("ticker") {
                    defer { journal.note("work ended") }
                    try await Task.sleep(for: .seconds(3600))
                }
            }, shutdown: { [journal] in journal.note("shutdown") })
        let node = try await mesh.addNode("a", plugins: [plugin])
        await node.host.shutdown()
        #expect(journal.entries == ["work ended", "shutdown"])
        await mesh.stop()
    }

    @Test func runningHandlerFinishesAndWaitingPayloadsAreCounted() async throws {
        let mesh = PluginMesh(clock: clock)
        let latch = Latch()
        let plugin = ProbePlugin(
            "probe", shutdown: { [journal] in journal.note("shutdown") },
            payload: { [journal] _ in
                await latch.wait()
                journal.note("handled")
            })
        let node = try await mesh.addNode("a", plugins: [plugin])
        for number in 0..<5 { node.receive("probe.msg", [UInt8(number)], from: .sample(1)) }
        #expect(await eventually { latch.waiters == 1 })
        let shutdown = Task { await node.host.shutdown() }
        #expect(await eventually { node.status("probe")?.phase == .draining })
        #expect(await eventually { node.status("probe")?.drops.byReason == [.shutdown: 4] })
        #expect(node.receive("probe.msg", [], from: .sample(1)) == .dropped(.notRunning))
        latch.open()
        await shutdown.value
        #expect(journal.entries == ["handled", "shutdown"])
        #expect(node.status("probe")?.queued == 0)
        await mesh.stop()
    }

    @Test func handlerThatNeverReturnsIsAbandonedAfterThreeSeconds() async throws {
        let mesh = PluginMesh(clock: clock)
        let latch = Latch()
        let stuck = ProbePlugin(
            "stuck", shutdown: { [journal] in journal.note("stuck") }, payload: { _ in await latch.wait() })
        let fine = ProbePlugin("fine", shutdown: { [journal] in journal.note("fine") })
        let node = try await mesh.addNode("a", plugins: [stuck, fine])
        node.receive("stuck.msg", [], from: .sample(1))
        #expect(await eventually { latch.waiters == 1 })
        let shutdown = Task { await node.host.shutdown() }
        #expect(await clock.run { node.status("stuck")?.phase == .stopped })
        await shutdown.value
        #expect(clock.elapsed >= .seconds(3) && clock.elapsed < .seconds(9))
        #expect(journal.entries == ["fine", "stuck"])
        #expect(node.status("stuck")?.lastError?.contains("abandoned") == true)
        latch.open()
        await mesh.stop()
    }

    @Test func shutdownAndWorkThatNeverReturnKeepNobodyElseWaiting() async throws {
        let mesh = PluginMesh(clock: clock)
        let latch = Latch()
        let stuck = ProbePlugin(
            "stuck", start: { $0.run("endless") { await latch.wait() } }, shutdown: { await latch.wait() })
        let fine = ProbePlugin("fine", shutdown: { [journal] in journal.note("fine") })
        let node = try await mesh.addNode("a", plugins: [fine, stuck])
        #expect(await eventually { latch.waiters == 1 })
        let shutdown = Task { await node.host.shutdown() }
        #expect(await clock.run { node.status("fine")?.phase == .stopped })
        await shutdown.value
        #expect(clock.elapsed >= .seconds(6) && clock.elapsed < .seconds(15))
        #expect(journal.entries == ["fine"])
        #expect(node.status("stuck")?.phase == .stopped)
        latch.open()
        await mesh.stop()
    }
}

/// Says goodbye in its `shutdown`.
private final class Leaver: DaemonPlugin {
    let name = "probe"
    let payloadKinds: [String] = []
    private let target: NodeID
    private let context = ContextBox()

    init(target: NodeID) { self.target = target }

    func handlePayload(_ payload: InboundPayload) async throws {}
    func start(_ context: PluginContext) async throws { self.context.value = context }

    func shutdown() async {
        _ = context.value?.control.send(OutboundPayload(kind: "probe.msg", body: [1]), to: target)
    }
}
