internal import Foundation

/// The figures of all rounds.
struct OverlayResults {
    var contestants: [String]
    var seconds: Int
    var rounds: [[String: OverlayBenchmark.Sample]] = []
    /// Allocations per segment, by machine; empty when they were not counted.
    var allocations: [String: Double] = [:]

    init(contestants: [String], seconds: Int) {
        self.contestants = contestants
        self.seconds = seconds
    }

    /// The figures of a contestant, one of each round that has one.
    func values(of contestant: String, _ measure: OverlayMeasure) -> [Double] {
        rounds.compactMap { $0[contestant]?[measure] }
    }

    func median(of contestant: String, _ measure: OverlayMeasure) -> Double? {
        Self.median(values(of: contestant, measure))
    }

    /// The first contestant's figure divided by another's, both of the same round: the median of all rounds.
    func ratio(to contestant: String, _ measure: OverlayMeasure) -> Double? {
        guard let first = contestants.first else { return nil }
        return Self.median(
            rounds.compactMap { round in
                guard let own = round[first]?[measure], let other = round[contestant]?[measure], other > 0 else {
                    return nil
                }
                return own / other
            })
    }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
