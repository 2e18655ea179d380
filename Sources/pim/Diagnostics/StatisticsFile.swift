import Foundation

/// The counters a daemon leaves in a file for programs that only read files (`spec/cli.md` §7.2).
enum StatisticsFile {
    /// What `pim status --verbose` shows of a daemon that does not answer (`spec/cli.md` §4.3).
    static func lines(at path: String) -> [String] {
        let pairs = FileManager.default.contents(atPath: path).map {
            Self.pairs(of: String(decoding: $0, as: UTF8.self))
        }
        guard let pairs, !pairs.isEmpty else { return ["metrics are not available"] }
        return ["Live metrics:"]
            + pairs.map { "  " + Printable.line("\($0.name):").padding(to: 22) + Printable.line($0.value) }
    }

    /// Each line at its first `=`; lines without one are skipped.
    static func pairs(of text: String) -> [(name: String, value: String)] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[equals...].dropFirst()))
        }
    }
}
