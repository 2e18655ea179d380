import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct MailboxLimitTests {
    /// One payload in the handler, which does not return until the latch opens, and 256 waiting.
    private func filled(_ mesh: PluginMesh, _ plugin: ProbePlugin, _ latch: Latch) async throws -> PluginTestNode {
        let node = try await mesh.addNode("a", plugins: [plugin])
        node.receive("probe.msg", [0], from: .sample(1))
        #expect(await eventually { latch.waiters == 1 })
        for number in 1...256 {
            #expect(node.receive("probe.msg", [UInt8(truncatingIfNeeded: number)], from: .sample(1)) == .queued)
        }
        return node
    }

    @Test func holds256PayloadsAndCountsWhatItDrops() async throws {
        let (mesh, latch) = (PluginMesh(), Latch())
        let plugin = ProbePlugin("probe", payload: { _ in await latch.wait() })
        let node = try await filled(mesh, plugin, latch)
        for _ in 0..<44 {
            #expect(node.receive("probe.msg", [], from: .sample(1)) == .dropped(.mailboxFull))
        }
        let status = try #require(node.status("probe"))
        #expect(status.queued == 256)
        #expect(status.handling == 1)
        #expect(status.drops.byReason == [.mailboxFull: 44])
        #expect(status.drops.topSources == [SourceDrops(source: .sample(1), dropped: 44, queued: 256)])
        latch.open()
        await mesh.settle()
        #expect(plugin.payloads.count == 257)
        await mesh.stop()
    }

    @Test func floodCostsAnotherSourcesTenPayloadsNothing() async throws {
        let (mesh, latch) = (PluginMesh(), Latch())
        let plugin = ProbePlugin("probe", payload: { _ in await latch.wait() })
        let node = try await filled(mesh, plugin, latch)
        for number in 0..<10 {
            for _ in 0..<1_000 { node.receive("probe.msg", [0xff], from: .sample(1)) }
            #expect(node.receive("probe.msg", [UInt8(number)], from: .sample(2)) == .queued)
        }
        latch.open()
        await mesh.settle()
        let positions = plugin.payloads.indices.filter { plugin.payloads[$0].source == .sample(2) }
        // In turn with the flooder; what a batch took before they came may add to that.
        #expect(positions.count == 10)
        #expect((positions.last ?? .max) < 20 + PluginHostLimits.default.largestBatch)
        let drops = try #require(node.status("probe")?.drops)
        #expect(drops.topSources == [SourceDrops(source: .sample(1), dropped: 10_010)])
        await mesh.stop()
    }

    @Test func floodAtFullSpeedFromAThreadCostsAnotherSourceNothing() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin(
            "probe",
            payload: { payload in
                if payload.source == .sample(1) { await Task.yield() }
            })
        let node = try await mesh.addNode("a", plugins: [plugin])
        let flood = Task.detached {
            while !Task.isCancelled { node.receive("probe.msg", [], from: .sample(1)) }
        }
        #expect(await eventually { (node.status("probe")?.drops.total ?? 0) > 1_000 })
        for number in 0..<10 {
            #expect(node.receive("probe.msg", [UInt8(number)], from: .sample(2)) == .queued)
            await Task.yield()
        }
        #expect(await eventually { plugin.payloads.filter { $0.source == .sample(2) }.count == 10 })
        flood.cancel()
        _ = await flood.value
        let drops = try #require(node.status("probe")?.drops)
        #expect(drops.topSources.map(\.source) == [.sample(1)])
        await mesh.stop()
    }
}
