internal import Foundation

extension OverlayResults {
    /// One table per measure.
    func print() {
        for measure in OverlayMeasure.allCases { printTable(measure) }
        guard !allocations.isEmpty else { return }
        Swift.print("\nHeap allocations per TCP segment, one stream a – r – b  (aim: ≤ 0.1)")
        for (machine, count) in allocations.sorted(by: { $0.key < $1.key }) {
            Swift.print("  \(machine)  \(String(format: "%.3f", count))")
        }
    }

    private func printTable(_ measure: OverlayMeasure) {
        let measured = contestants.filter { median(of: $0, measure) != nil }
        guard let first = contestants.first, !measured.isEmpty else { return }
        let better = measure.moreIsBetter ? "more is better" : "less is better"
        Swift.print("\n\(measure.title)  (\(measure.aim.map { "\(better); aim: \($0)" } ?? better))")
        var rows = [["", "median", "lowest", "highest", "\(first) ÷ it"]]
        for name in measured {
            let values = values(of: name, measure)
            let ratio = ratio(to: name, measure).map { String(format: "%.2f", $0) } ?? "–"
            let figures = [median(of: name, measure), values.min(), values.max()].map { Self.text($0 ?? 0) }
            rows.append([name] + figures + [ratio])
        }
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }
            Swift.print("  " + cells.joined(separator: "  "))
        }
    }

    private static func text(_ value: Double) -> String {
        String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
    }
}
