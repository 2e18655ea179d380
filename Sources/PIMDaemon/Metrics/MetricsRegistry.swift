internal import CoreMetrics
internal import Synchronization

/// The daemon's back end of swift-metrics: what plugins and their host count, until somebody reads it.
///
/// Making a metric takes a lock and happens once each; counting takes none. At most ``limit`` figures are kept, so that code
/// which makes up names as it goes cannot fill the memory; what is made beyond them counts for nothing.
final class MetricsRegistry: MetricsFactory {
    static let limit = 1000

    private enum Cell {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case summary(SummaryCell)

        var kind: MetricFamily.Kind {
            switch self {
            case .counter: .counter
            case .gauge: .gauge
            case .summary: .summary
            }
        }
    }

    private struct Key: Hashable {
        var name: String
        var labels: [MetricFamily.Label]
    }

    private struct State {
        var cells: [Key: Cell] = [:]
        /// All figures of a name are of one kind.
        var kinds: [String: MetricFamily.Kind] = [:]
    }

    private let state = Mutex(State())

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let cell = cell(label, dimensions, .counter) { .counter(CounterCell()) }
        if case .counter(let counter)? = cell { return counter }
        return NOOPMetricsHandler.instance
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let cell = cell(label, dimensions, aggregate ? .summary : .gauge) {
            aggregate ? .summary(SummaryCell()) : .gauge(GaugeCell())
        }
        switch cell {
        case .gauge(let gauge)?: return gauge
        case .summary(let summary)?: return summary
        default: return NOOPMetricsHandler.instance
        }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let cell = cell(label, dimensions, .summary) { .summary(SummaryCell()) }
        if case .summary(let summary)? = cell { return summary }
        return NOOPMetricsHandler.instance
    }

    // Figures stay until the process ends: readers want counters that do not go back.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything there is, sorted by name and labels.
    func families(help: (String) -> String) -> [MetricFamily] {
        let cells = state.withLock { $0.cells }
        return Dictionary(grouping: cells) { $0.key.name }.sorted { $0.key < $1.key }.compactMap { name, members in
            guard let kind = members.first?.value.kind else { return nil }
            let sorted = members.sorted { left, right in
                left.key.labels.map(\.value).lexicographicallyPrecedes(right.key.labels.map(\.value))
            }
            return MetricFamily(name, kind, help(name), sorted.flatMap { Self.samples($0.value, $0.key.labels) })
        }
    }

    private static func samples(_ cell: Cell, _ labels: [MetricFamily.Label]) -> [MetricFamily.Sample] {
        switch cell {
        case .counter(let counter): return [.init(labels: labels, value: .integer(counter.value))]
        case .gauge(let gauge): return [.init(labels: labels, value: .number(gauge.value))]
        case .summary(let summary):
            let (sum, count) = summary.value
            return [
                .init(suffix: "_sum", labels: labels, value: .number(sum)),
                .init(suffix: "_count", labels: labels, value: .integer(count)),
            ]
        }
    }

    /// The figure of this name and these labels, made now if there is none; `nil` when the name is one of another kind, or
    /// there are too many.
    private func cell(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricFamily.Kind, make: () -> Cell
    ) -> Cell? {
        let name = MetricsText.name(label)
        let labels = dimensions.map { MetricFamily.Label(MetricsText.name($0.0, isLabel: true), $0.1) }
        let key = Key(name: name, labels: labels)
        return state.withLock { state in
            guard state.kinds[name, default: kind] == kind else { return nil }
            if let known = state.cells[key] { return known }
            guard state.cells.count < Self.limit else { return nil }
            let cell = make()
            state.kinds[name] = kind
            state.cells[key] = cell
            return cell
        }
    }
}
