internal import CoreMetrics

/// What the host reports about one plugin through swift-metrics. Names and labels are stable:
///
/// | name | kind | labels |
/// |---|---|---|
/// | `pim_plugin_payloads_handled_total` | counter | `plugin` |
/// | `pim_plugin_payloads_failed_total` | counter | `plugin` |
/// | `pim_plugin_payloads_dropped_total` | counter | `plugin` (empty for kinds nobody claims), `reason` as ``DropReason`` |
/// | `pim_plugin_payloads_queued` | gauge, set by the watchdog | `plugin` |
/// | `pim_plugin_stalled` | gauge, 0 or 1 | `plugin` |
/// | `pim_plugin_running` | gauge, 0 or 1 | `plugin` |
struct PayloadMetrics: Sendable {
    let handled: Counter
    let failed: Counter
    let queued: Gauge
    let stalled: Gauge
    let running: Gauge
    let drops: DropMetrics

    init(plugin: String, factory: any MetricsFactory) {
        let labels = [("plugin", plugin)]
        handled = Counter(label: "pim_plugin_payloads_handled_total", dimensions: labels, factory: factory)
        failed = Counter(label: "pim_plugin_payloads_failed_total", dimensions: labels, factory: factory)
        queued = Gauge(label: "pim_plugin_payloads_queued", dimensions: labels, factory: factory)
        stalled = Gauge(label: "pim_plugin_stalled", dimensions: labels, factory: factory)
        running = Gauge(label: "pim_plugin_running", dimensions: labels, factory: factory)
        drops = DropMetrics(
            plugin: plugin, reasons: [.mailboxFull, .insufficientSecurity, .notRunning, .shutdown], factory: factory)
    }
}

/// `pim_plugin_payloads_dropped_total`, one counter per reason.
struct DropMetrics: Sendable {
    private let counters: [DropReason: Counter]

    init(plugin: String, reasons: [DropReason], factory: any MetricsFactory) {
        counters = Dictionary(
            uniqueKeysWithValues: reasons.map { reason in
                let labels = [("plugin", plugin), ("reason", reason.rawValue)]
                return (
                    reason, Counter(label: "pim_plugin_payloads_dropped_total", dimensions: labels, factory: factory)
                )
            })
    }

    func count(_ reason: DropReason, _ amount: Int = 1) {
        counters[reason]?.increment(by: amount)
    }
}
