import Logging
import MetricsTestKit
import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct MetricsTests {
    @Test func namesAndLabelsAreStable() async throws {
        let metrics = TestMetrics()
        let (mesh, latch) = (PluginMesh(metrics: metrics), Latch())
        let plugin = ProbePlugin(
            "probe",
            payload: { payload in
                await latch.wait()
                if payload.body == [1] { throw ProbeError("bad") }
            })
        let node = try await mesh.addNode("a", plugins: [plugin])
        node.receive("probe.msg", [1], from: .sample(1))
        #expect(await eventually { latch.waiters == 1 })
        for _ in 0..<260 { node.receive("probe.msg", [], from: .sample(1)) }
        node.receive("nobody.msg", [], from: .sample(1))
        latch.open()
        await mesh.settle()
        let context = try #require(plugin.context)
        context.metrics.increment("stored_total", by: 3)
        context.metrics.increment("stored_total")
        context.metrics.set("backlog", to: 2.5)

        func total(_ name: String, _ labels: [(String, String)] = [("plugin", "probe")]) throws -> Int64 {
            try metrics.expectCounter(name, labels).totalValue
        }
        #expect(await eventually { (try? total("pim_plugin_payloads_handled_total")) == 256 })
        #expect(try total("pim_plugin_payloads_failed_total") == 1)
        #expect(
            try total("pim_plugin_payloads_dropped_total", [("plugin", "probe"), ("reason", "mailbox_full")]) == 4)
        #expect(try total("pim_plugin_payloads_dropped_total", [("plugin", ""), ("reason", "no_plugin")]) == 1)
        #expect(try total("plugin_stored_total") == 4)
        #expect(try metrics.expectGauge("plugin_backlog", [("plugin", "probe")]).lastValue == 2.5)
        #expect(try metrics.expectGauge("pim_plugin_running", [("plugin", "probe")]).lastValue == 1)
        await mesh.stop()
        #expect(try metrics.expectGauge("pim_plugin_running", [("plugin", "probe")]).lastValue == 0)
    }
}
