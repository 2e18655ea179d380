internal import CoreMetrics
internal import Synchronization

/// A figure that only grows. Counting costs one atomic addition.
final class CounterCell: CounterHandler {
    private let count = Atomic<UInt64>(0)

    var value: UInt64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        count.wrappingAdd(UInt64(clamping: amount), ordering: .relaxed)
    }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// A figure that goes up and down.
final class GaugeCell: RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// Sum and number of what was recorded. Times are in seconds.
final class SummaryCell: RecorderHandler, TimerHandler {
    private struct Totals {
        var sum = 0.0
        var count: UInt64 = 0
    }

    private let totals = Mutex(Totals())

    var value: (sum: Double, count: UInt64) { totals.withLock { ($0.sum, $0.count) } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        totals.withLock { totals in
            totals.sum += value
            totals.count &+= 1
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
