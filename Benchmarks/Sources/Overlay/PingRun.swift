internal import Foundation

/// Round trips as `ping` measures them, milliseconds.
struct PingRun {
    private let times: [Double]

    var median: Double { percentile(times, 0.5) }
    var p99: Double { percentile(times, 0.99) }

    static let count = 200

    /// 200 echo requests, 10 ms apart.
    ///
    /// - Throws: `BenchmarkFailure` when more than one in ten is lost.
    static func measure(from machine: NetworkNamespace, to address: String) async throws -> PingRun {
        let text = try await machine.run(
            "ping", ["-n", "-i", "0.01", "-c", "\(count)", "-W", "2", address], deadline: .seconds(30))
        let times = text.split(separator: "\n").compactMap { line in
            line.firstRange(of: "time=").flatMap { Double(line[$0.upperBound...].prefix { $0 != " " }) }
        }
        guard times.count >= count * 9 / 10 else {
            throw BenchmarkFailure("of \(count) pings \(times.count) were answered")
        }
        return PingRun(times: times)
    }

    /// Waits until a reaches b.
    static func waitForFirst(in lab: OverlayLab, to address: String) async throws {
        try await lab.wait(for: "a reaches b", atMost: .seconds(60)) {
            (try? await lab.inside(.a).run("ping", ["-n", "-c", "1", "-W", "1", address])) != nil
        }
    }
}
