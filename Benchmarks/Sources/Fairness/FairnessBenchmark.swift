internal import ArgumentParser
internal import Foundation
internal import PIMCore
internal import PIMDaemon

/// What a source that floods a plugin at link speed costs another source's ten payloads a second: three daemons.
enum FairnessBenchmark {
    static func run() async throws -> [Figure] {
        let lab = try Lab()
        defer { lab.stop() }
        let ports = freePorts(3)
        let output = Pipe()
        var lines = output.lines.makeAsyncIterator()
        try start(.sink, in: lab, port: ports[0], peers: [], target: nil, output: output)
        guard let id = await lines.next()?.split(separator: " ").last else {
            throw BenchmarkFailure("the flooded daemon did not start")
        }
        try start(.flood, in: lab, port: ports[1], peers: [ports[0]], target: String(id))
        try await Task.sleep(for: .seconds(2))
        try start(.calm, in: lab, port: ports[2], peers: [ports[0]], target: String(id))
        // The line comes only when none of the fifty was lost.
        let delays = await lines.next()?.split(separator: " ").compactMap { Double($0) } ?? []
        guard delays.count == 2 else { throw BenchmarkFailure("the flooded daemon stopped early") }
        return [
            Figure("fairness", "payload beside a flood, none of 50 lost, median", delays[0], "ms", aim: "< 10"),
            Figure("fairness", "payload beside a flood, none of 50 lost, longest", delays[1], "ms", aim: "< 10"),
        ]
    }

    private static func start(
        _ role: FairnessPlugin.Role, in lab: Lab, port: Int, peers: [Int], target: String?, output: Pipe? = nil
    ) throws {
        let path = try lab.configure(role.rawValue, port: port, peers: peers)
        try lab.start(
            role.rawValue, executable: CommandLine.arguments[0],
            arguments: ["fair", path, role.rawValue] + (target.map { ["--target", $0] } ?? []), output: output)
    }
}

extension PIMBench {
    /// One daemon of the fairness benchmark.
    struct Fair: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fair", abstract: "Run one daemon of the fairness benchmark.", shouldDisplay: false)

        @Argument var configurationPath: String
        @Argument var role: String
        @Option var target: String?

        func run() async throws {
            guard let role = FairnessPlugin.Role(rawValue: role) else { throw ValidationError("no such role") }
            let plugin = FairnessPlugin(role: role, target: try target.map { try NodeID(parsing: $0) })
            try await Daemon(configurationPath: configurationPath, plugins: [plugin]).run(signals: .process)
        }
    }
}
