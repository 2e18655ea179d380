import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
    @Test func serialPluginHandlesOneAtATime() async throws {
        let mesh = PluginMesh()
        let counters = Counters()
        let plugin = ProbePlugin("probe", payload: { _ in await counters.stay() })
        let node = try await mesh.addNode("a", plugins: [plugin])
        for number in 0..<100 { node.receive("probe.msg", [], from: .sample(number)) }
        await mesh.settle()
        #expect(plugin.payloads.count == 100)
        #expect(counters.most == 1)
        await mesh.stop()
    }

    @Test func perSourceHandlersRunTogetherUpToTheLimitAndInOrderPerSource() async throws {
        let (mesh, latch) = (PluginMesh(), Latch())
        let plugin = ProbePlugin("probe", concurrency: .perSource(limit: 3), payload: { _ in await latch.wait() })
        let node = try await mesh.addNode("a", plugins: [plugin])
        for number in 0..<10 {
            for source in 1...2 { node.receive("probe.msg", [UInt8(number)], from: .sample(source)) }
        }
        // Two sources: two handlers, although three may run.
        #expect(await eventually { latch.waiters == 2 })
        #expect(node.status("probe")?.handling == 2)
        for source in 3...5 { node.receive("probe.msg", [0], from: .sample(source)) }
        #expect(await eventually { latch.waiters == 3 })
        #expect(node.status("probe")?.queued == 20)
        latch.open()
        await mesh.settle()
        for source in 1...2 {
            #expect(
                plugin.payloads.filter { $0.source == .sample(source) }.map(\.body) == (0..<10).map { [UInt8($0)] })
        }
        #expect(plugin.payloads.count == 23)
        await mesh.stop()
    }
}

/// Counts how many are inside at once.
private final class Counters: Sendable {
    private let inside = Mutex((now: 0, most: 0))
    var most: Int { inside.withLock { $0.most } }

    func stay() async {
        inside.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
        await Task.yield()
        inside.withLock { $0.now -= 1 }
    }
}
