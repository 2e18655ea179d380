internal import Foundation

extension OverlayResults {
    private struct File: Encodable {
        var written: Date
        var machine: String
        var cores: Int
        var kernel: String
        var secondsPerRun: Int
        var contestants: [String]
        var rounds: [[String: OverlayBenchmark.Sample]]
        var medians: [String: OverlayBenchmark.Sample]
        /// The first contestant's figure divided by another's.
        var ratios: [String: OverlayBenchmark.Sample]
        var allocationsPerSegment: [String: Double]
    }

    /// Writes `<directory>/overlay.json`.
    func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let file = File(
            written: .now, machine: Self.processor, cores: ProcessInfo.processInfo.activeProcessorCount,
            kernel: Self.firstLine(of: "/proc/sys/kernel/osrelease"), secondsPerRun: seconds, contestants: contestants,
            rounds: rounds, medians: table(median(of:_:)), ratios: table(ratio(to:_:)),
            allocationsPerSegment: allocations)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        let url = URL(fileURLWithPath: directory).appendingPathComponent("overlay.json")
        try encoder.encode(file).write(to: url)
        Swift.print("\nwritten to \(url.path)")
    }

    private func table(_ figure: (String, OverlayMeasure) -> Double?) -> [String: OverlayBenchmark.Sample] {
        var table: [String: OverlayBenchmark.Sample] = [:]
        for name in contestants {
            for measure in OverlayMeasure.allCases { table[name, default: [:]][measure] = figure(name, measure) }
        }
        return table
    }

    private static var processor: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
    }

    private static func firstLine(of path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first.map(String.init) ?? "unknown"
    }
}
