internal import ArgumentParser
internal import Foundation

extension PIMBench {
    /// The overlay benchmark alone.
    struct Overlay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "overlay",
            abstract: "Measure IP overlays side by side, in network namespaces of this machine. Needs root.")

        @Option(
            help: "Whom to measure, the one all others are compared with first.",
            transform: { list in
                list.split(separator: ",").map(String.init)
            })
        var contestants: [String] = OverlayOptions.everybody

        @Option(help: "How often each is started, measured and stopped.")
        var rounds = 3

        @Option(help: "Length of one iperf3 run, seconds.")
        var seconds = 5

        @Option(help: "Directory of the pim-daemon executable to measure.")
        var binaries: String = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

        @Option(help: "Where overlay.json goes.")
        var results = "Benchmarks/results"

        func validate() throws {
            let known = OverlayOptions.everybody
            for name in contestants where !known.contains(name) {
                throw ValidationError("there is no contestant “\(name)”: \(known.joined(separator: ", "))")
            }
            guard rounds > 0, seconds > 0 else { throw ValidationError("rounds and seconds are at least 1") }
        }

        func run() async throws {
            let options = OverlayOptions(
                binaries: binaries, contestants: contestants, rounds: rounds, seconds: seconds)
            try await OverlayBenchmark(options: options).runAndReport(to: results)
        }
    }
}
