internal import ArgumentParser
internal import Foundation

/// `pim-bench`: figures, not timed tests. Prints a table and writes JSON under `Benchmarks/results/`.
@main
struct PIMBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pim-bench", abstract: "Measures swift-pim on this machine.",
        subcommands: [All.self, Node.self, Fair.self, Heap.self], defaultSubcommand: All.self)

    /// What `make bench` runs.
    struct All: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the benchmarks.")

        @Argument(help: "Which ones: dispatch, payloads, fairness, messages, idle. Default: all.")
        var names: [String] = []

        @Option(help: "Directory of the pim-daemon executable to measure.")
        var binaries: String = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

        @Option(help: "Where the JSON goes.")
        var results = "Benchmarks/results"

        func run() async throws {
            let wanted = names.isEmpty ? ["dispatch", "payloads", "fairness", "messages", "idle"] : names
            var report = Report()
            for name in wanted {
                switch name {
                case "dispatch": report.add(try await DispatchBenchmark.run())
                case "payloads": report.add(try await PayloadBenchmark.run())
                case "fairness": report.add(try await FairnessBenchmark.run())
                case "messages": report.add(try await MessageBenchmark(binaries: binaries).run())
                case "idle": report.add(try await IdleBenchmark(binaries: binaries).run())
                default: throw ValidationError("there is no benchmark “\(name)”")
                }
            }
            report.print()
            try report.write(to: results)
        }
    }
}
