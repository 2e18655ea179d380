internal import Foundation

/// One figure of a benchmark.
struct Figure: Codable {
    var benchmark: String
    var measure: String
    var value: Double
    var unit: String
    /// What is aimed at, in words.
    var aim: String

    init(_ benchmark: String, _ measure: String, _ value: Double, _ unit: String, aim: String = "") {
        self.benchmark = benchmark
        self.measure = measure
        self.value = value
        self.unit = unit
        self.aim = aim
    }
}

/// The figures of one run, as a table for people and JSON for programs.
struct Report {
    private var figures: [Figure] = []

    var isEmpty: Bool { figures.isEmpty }

    mutating func add(_ figures: [Figure]) {
        self.figures += figures
    }

    func print() {
        let rows = [["benchmark", "measure", "value", "unit", "aim"]] + figures.map(Self.row)
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 2 ? padding + cell : cell + padding
            }
            Swift.print(cells.joined(separator: "  "))
        }
    }

    /// Writes `<directory>/<UTC time>.json`.
    func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let stamp = Date.now.formatted(.iso8601.timeSeparator(.omitted))
        let url = URL(fileURLWithPath: directory).appendingPathComponent("\(stamp).json")
        try encoder.encode(figures).write(to: url)
        Swift.print("\nwritten to \(url.path)")
    }

    private static func row(_ figure: Figure) -> [String] {
        let digits = figure.value >= 1000 ? 0 : 2
        let value = String(format: "%.\(digits)f", figure.value)
        return [figure.benchmark, figure.measure, value, figure.unit, figure.aim]
    }
}
