internal import CoreMetrics
internal import PIMPlugin
internal import Synchronization

/// A plugin's own counters and gauges: `plugin_<name>` with the label `plugin`. Names come from the plugin's code, so
/// there are as many as its author wrote.
final class OwnMetrics: PluginMetrics {
    private struct Known {
        var counters: [String: Counter] = [:]
        var gauges: [String: Gauge] = [:]
    }

    private let plugin: String
    private let factory: any MetricsFactory
    private let known = Mutex(Known())

    init(plugin: String, factory: any MetricsFactory) {
        self.plugin = plugin
        self.factory = factory
    }

    func increment(_ counter: String, by amount: Int) {
        let metric = known.withLock { known in
            if let metric = known.counters[counter] { return metric }
            let metric = Counter(label: "plugin_\(counter)", dimensions: [("plugin", plugin)], factory: factory)
            known.counters[counter] = metric
            return metric
        }
        metric.increment(by: amount)
    }

    func set(_ gauge: String, to value: Double) {
        let metric = known.withLock { known in
            if let metric = known.gauges[gauge] { return metric }
            let metric = Gauge(label: "plugin_\(gauge)", dimensions: [("plugin", plugin)], factory: factory)
            known.gauges[gauge] = metric
            return metric
        }
        metric.record(value)
    }
}
