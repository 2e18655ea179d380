import PIMRPC

/// What the daemon said at one moment.
struct TopSample: Sendable {
    var status: DaemonStatus
    var routes: RouteTableResult
    var plugins: PluginList?
    var gateway: GatewayRole?
    var at: ContinuousClock.Instant
}

/// What passed in a second.
struct TopRates: Equatable, Sendable {
    var bytes: Double
    var packets: Double
    var drops: Double

    /// `nil` when the second is not a later moment of the same daemon.
    init?(from old: TopSample, to new: TopSample) {
        let seconds = (new.at - old.at) / .seconds(1)
        guard seconds > 0, new.status.startedAt == old.status.startedAt, new.status.pid == old.status.pid else {
            return nil
        }
        func rate(_ value: KeyPath<TrafficStatistics, UInt64>) -> Double {
            let (before, after) = (old.status.stats[keyPath: value], new.status.stats[keyPath: value])
            return after >= before ? Double(after - before) / seconds : 0
        }
        bytes = rate(\.forwardedBytes)
        packets = rate(\.forwardedPackets)
        drops = rate(\.dropped)
    }
}
