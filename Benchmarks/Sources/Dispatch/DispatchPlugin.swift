internal import PIMPlugin
internal import Synchronization

/// Counts its payloads and does nothing else: what is measured is the way to it.
final class DispatchPlugin: DaemonPlugin {
    let name = "bench"
    let payloadKinds = ["bench.dispatch"]
    let concurrency: PluginConcurrency
    private let count = Atomic<Int>(0)

    init(concurrency: PluginConcurrency) {
        self.concurrency = concurrency
    }

    /// Handler calls that were completed, as far as the handler can know.
    var handled: Int { count.load(ordering: .relaxed) }

    func handlePayload(_ payload: InboundPayload) async {
        count.add(1, ordering: .relaxed)
    }
}
