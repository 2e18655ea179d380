internal import CAllocationCounter
internal import Foundation
internal import PIMCore
internal import PIMPlugin
internal import PIMPluginHost
internal import PIMTesting

/// In-process dispatch: completed handler calls per second through the real host, with its mailboxes, shares per source,
/// deadlines and watchdog.
///
/// One thread delivers, as the mesh loop does, in turn for several sources. Like a link under back-pressure it waits while
/// the mailbox could be full, so none is dropped; a run in which one is dropped fails.
enum DispatchBenchmark {
    static let count = 4_000_000
    static let sources = 8
    /// Payloads on their way at once, below the 256 of a mailbox.
    static let window = 240

    static func run() async throws -> [Figure] {
        let serial = try await measure(.serial)
        let perSource = try await measure(.perSource(limit: 4))
        return [
            Figure("dispatch", "one handler, \(sources) sources", serial.rate, "payloads/s", aim: "≥ 1,000,000"),
            Figure("dispatch", "allocations, one handler", serial.allocations, "per payload", aim: "≤ 4"),
            Figure("dispatch", "four handlers, \(sources) sources", perSource.rate, "payloads/s"),
            Figure("dispatch", "allocations, four handlers", perSource.allocations, "per payload", aim: "≤ 4"),
        ]
    }

    private static func measure(
        _ concurrency: PluginConcurrency
    ) async throws -> (rate: Double, allocations: Double) {
        let plugin = DispatchPlugin(concurrency: concurrency)
        let mesh = PluginMesh()
        let node = try await mesh.addNode("bench", plugins: [plugin])
        await deliver(count / 10, to: node.host, plugin)
        let before = (handled: plugin.handled, allocations: pim_allocation_count())
        let took = await ContinuousClock().measure { await deliver(count, to: node.host, plugin) }
        let allocations = pim_allocation_count() - before.allocations
        let status = node.status(plugin.name)
        await mesh.stop()
        guard plugin.handled - before.handled == count, status?.drops.total == 0, status?.failed == 0 else {
            throw BenchmarkFailure("not every payload was handled: \(String(describing: status))")
        }
        return (Double(count) / (took / .seconds(1)), Double(allocations) / Double(count))
    }

    /// Delivers from a thread of its own and returns when the last handler is done.
    private static func deliver(_ count: Int, to host: PluginHost, _ plugin: DispatchPlugin) async {
        await withCheckedContinuation { continuation in
            Thread {
                let payloads = (1...sources).map {
                    InboundPayload(
                        source: NodeID(high: 0x5eed, low: UInt64($0)), kind: "bench.dispatch",
                        body: [UInt8](repeating: 0x5a, count: 200), arrival: .routed, security: .link)
                }
                let end = plugin.handled + count
                var sent = plugin.handled
                while sent < end {
                    // How much fits is asked once for several: the answer only gets better.
                    let room = min(end - sent, window - (sent - plugin.handled))
                    if room == 0 { sched_yield() }
                    for _ in 0..<room {
                        host.deliver(payloads[sent % sources])
                        sent += 1
                    }
                }
                while plugin.handled < end { sched_yield() }
                continuation.resume()
            }.start()
        }
    }
}
