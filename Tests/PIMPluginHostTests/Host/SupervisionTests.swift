import InMemoryLogging
import Logging
import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct SupervisionTests {
    private let clock = ManualClock()

    @Test func handlerOverTenSecondsIsListedAsStalledAndRecovers() async throws {
        let log = InMemoryLogHandler()
        let mesh = PluginMesh(clock: clock, logger: Logger(label: "test") { _ in log })
        let latch = Latch()
        let plugin = ProbePlugin("probe", payload: { _ in await latch.wait() })
        let node = try await mesh.addNode("a", plugins: [plugin])
        for source in 1...3 { node.receive("probe.msg", [], from: .sample(source)) }
        #expect(await eventually { latch.waiters == 1 })
        #expect(await clock.run { node.status("probe")?.stalledFor != nil })
        #expect(clock.elapsed >= .seconds(10))
        let status = try #require(node.status("probe"))
        #expect(status.queued == 2)
        #expect((status.stalledFor ?? .zero) >= .seconds(10))
        let line = log.entries.first { $0.message == "a payload handler does not return" }
        #expect(line?.metadata["plugin"] == "probe")
        #expect(line?.metadata["peer"] == "\(NodeID.sample(1))")
        latch.open()
        await mesh.settle()
        #expect(await clock.run { node.status("probe")?.stalledFor == nil })
        #expect(node.status("probe")?.handled == 3)
        await mesh.stop()
    }

    @Test func stalledPluginDelaysNobodyElse() async throws {
        let mesh = PluginMesh(clock: clock)
        let latch = Latch()
        let stuck = ProbePlugin("stuck", payload: { _ in await latch.wait() })
        let fine = ProbePlugin("fine")
        let node = try await mesh.addNode("a", plugins: [stuck, fine])
        for _ in 0..<10 { node.receive("stuck.msg", [], from: .sample(1)) }
        #expect(await eventually { latch.waiters == 1 })
        for _ in 0..<100 { node.receive("fine.msg", [], from: .sample(1)) }
        #expect(await eventually { fine.payloads.count == 100 })
        #expect(node.status("stuck")?.queued == 9)
        latch.open()
        await mesh.stop()
    }

    @Test func throwingHandlerIsCountedAndTheNextPayloadFollows() async throws {
        let log = InMemoryLogHandler()
        let mesh = PluginMesh(clock: clock, logger: Logger(label: "test") { _ in log })
        let plugin = ProbePlugin(
            "probe",
            payload: { payload in
                if payload.body != [99] { throw ProbeError("cannot read this") }
            })
        let node = try await mesh.addNode("a", plugins: [plugin])
        for number in 0..<100 { node.receive("probe.msg", [UInt8(number)], from: .sample(1)) }
        await mesh.settle()
        let status = try #require(node.status("probe"))
        #expect(status.failed == 99)
        #expect(status.handled == 1)
        #expect(status.phase == .running)
        #expect(status.lastError == "cannot read this")
        #expect(plugin.bodies == [[99]])
        #expect(log.entries.filter { $0.message == "a payload handler failed" }.count == 1)
        await mesh.stop()
    }

    @Test func failedBackgroundWorkIsLoggedWithItsName() async throws {
        let log = InMemoryLogHandler()
        let mesh = PluginMesh(clock: clock, logger: Logger(label: "test") { _ in log })
        let plugin = ProbePlugin("probe", start: { $0.run("sweep") { throw ProbeError("disk full") } })
        let node = try await mesh.addNode("a", plugins: [plugin])
        #expect(await eventually { log.entries.contains { $0.metadata["work"] == "sweep" } })
        #expect(node.status("probe")?.phase == .running)
        await mesh.stop()
    }

    @Test func dropsAreReportedWithTheFlooder() async throws {
        let log = InMemoryLogHandler()
        let mesh = PluginMesh(clock: clock, logger: Logger(label: "test") { _ in log })
        let latch = Latch()
        let plugin = ProbePlugin("probe", payload: { _ in await latch.wait() })
        let node = try await mesh.addNode("a", plugins: [plugin])
        for _ in 0..<1_000 { node.receive("probe.msg", [], from: .sample(7)) }
        #expect(await clock.run { log.entries.contains { $0.message == "payloads were dropped" } })
        let line = log.entries.first { $0.message == "payloads were dropped" }
        #expect(line?.metadata["most_from"] == "\(NodeID.sample(7))")
        latch.open()
        await mesh.stop()
    }
}
