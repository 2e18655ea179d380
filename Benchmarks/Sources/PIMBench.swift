internal import ArgumentParser
internal import Foundation

/// `pim-bench`: figures, not timed tests. Prints a table and writes JSON under `Benchmarks/results/`.
@main
struct PIMBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pim-bench", abstract: "Measures swift-pim on this machine.",
        subcommands: [All.self, Overlay.self, Node.self, Fair.self, Heap.self, Counted.self],
        defaultSubcommand: All.self)

    /// What `make bench` runs.
    struct All: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the benchmarks.")

        private static let everything = ["dispatch", "payloads", "fairness", "messages", "idle", "overlay"]

        @Argument(help: "Which ones: dispatch, payloads, fairness, messages, idle, overlay. Default: all.")
        var names: [String] = []

        @Option(help: "Directory of the pim-daemon executable to measure.")
        var binaries: String = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

        @Option(help: "Where the JSON goes.")
        var results = "Benchmarks/results"

        func run() async throws {
            let wanted = names.isEmpty ? Self.everything : names
            var report = Report()
            var measuresOverlay = false
            for name in wanted {
                switch name {
                case "dispatch": report.add(try await DispatchBenchmark.run())
                case "payloads": report.add(try await PayloadBenchmark.run())
                case "fairness": report.add(try await FairnessBenchmark.run())
                case "messages": report.add(try await MessageBenchmark(binaries: binaries).run())
                case "idle": report.add(try await IdleBenchmark(binaries: binaries).run())
                case "overlay": measuresOverlay = true
                default: throw ValidationError("there is no benchmark “\(name)”")
                }
            }
            if !report.isEmpty {
                report.print()
                try report.write(to: results)
            }
            guard measuresOverlay else { return }
            try await OverlayBenchmark(options: OverlayOptions(binaries: binaries)).runAndReport(to: results)
        }
    }
}
