internal import PIMCore
internal import PIMHost
internal import PIMPlugin
internal import PIMPluginHost
internal import PIMRPC

extension DaemonMethods {
    /// `plugins.list`.
    func pluginList() -> PluginList {
        let now = Int64(clamping: WallClock.unixMilliseconds / 1000)
        return PluginList(
            plugins: plugins.status().map { status in
                PluginSummary(
                    name: status.name, phase: status.phase.rawValue,
                    since: RPCTimestamp.seconds(unix: now - status.phaseAge.components.seconds), kinds: status.kinds,
                    namespace: status.rpcNamespace, policy: status.policy.rawValue, queued: status.queued,
                    handled: status.handled, failed: status.failed,
                    dropped: Dictionary(
                        status.drops.byReason.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +),
                    topSources: status.drops.topSources.map {
                        PluginSummary.Source(node: $0.source, queued: $0.queued, dropped: $0.dropped)
                    },
                    stalledForSeconds: status.stalledFor.map { UInt64(clamping: $0.components.seconds) },
                    lastError: status.lastError)
            })
    }
}
