internal import ArgumentParser
internal import Foundation
internal import PIMCore
internal import PIMDaemon

/// Plugin payloads between two daemons on loopback: 200-byte bodies, encrypted on the link, handled by a plugin.
enum PayloadBenchmark {
    static let count = 1_000_000

    static func run() async throws -> [Figure] {
        let lab = try Lab()
        defer { lab.stop() }
        let ports = freePorts(2)
        let sink = try lab.configure("sink", port: ports[0], peers: [])
        let source = try lab.configure("source", port: ports[1], peers: [ports[0]])
        let executable = CommandLine.arguments[0]

        let output = Pipe()
        var lines = output.lines.makeAsyncIterator()
        try lab.start(
            "sink", executable: executable, arguments: ["node", sink, "--count", "\(count)"], output: output)
        guard let first = await lines.next(), let id = first.split(separator: " ").last else {
            throw BenchmarkFailure("the receiving daemon did not start; see \(lab.home("sink").path)/log")
        }
        try lab.start(
            "source", executable: executable,
            arguments: ["node", source, "--count", "\(count)", "--target", String(id)])
        guard let last = await lines.next(), let seconds = last.split(separator: " ").last.flatMap({ Double($0) })
        else { throw BenchmarkFailure("the receiving daemon stopped early") }
        return [
            Figure(
                "payloads", "sealed, 200 bytes, two daemons on loopback", Double(count) / seconds, "payloads/s",
                aim: "≥ 100,000")
        ]
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

extension PIMBench {
    /// One daemon of the payload benchmark: the stock daemon with the measuring plugin.
    struct Node: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "node", abstract: "Run one daemon of the payload benchmark.", shouldDisplay: false)

        @Argument var configurationPath: String
        @Option var count: Int
        @Option var target: String?

        func run() async throws {
            let target = try target.map { try NodeID(parsing: $0) }
            let plugin = PayloadPlugin(target: target, count: count)
            try await Daemon(configurationPath: configurationPath, plugins: [plugin]).run(signals: .process)
        }
    }
}
