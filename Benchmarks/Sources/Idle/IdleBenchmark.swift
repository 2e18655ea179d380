internal import Foundation
internal import PIMClient
internal import PIMRPC

/// What a daemon with one linked peer costs when nothing happens, and how soon it answers.
struct IdleBenchmark {
    var binaries: String
    static let observation: Duration = .seconds(20)

    func run() async throws -> [Figure] {
        let lab = try Lab()
        defer { lab.stop() }
        let ports = freePorts(2)
        let daemon = "\(binaries)/pim-daemon"
        let quiet = try lab.configure("quiet", port: ports[0], peers: [])
        let other = try lab.configure("other", port: ports[1], peers: [ports[0]])
        let begin = ContinuousClock.now
        let process = try lab.start("quiet", executable: daemon, arguments: [quiet, "\(lab.home("quiet").path)/pid"])
        let client = try await connect(to: lab.socket("quiet"), by: begin + .seconds(20))
        _ = try await client.call(RPC.status)
        let answered = begin.duration(to: .now)
        try lab.start("other", executable: daemon, arguments: [other, "\(lab.home("other").path)/pid"])
        while try await client.call(RPC.status).peers.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        await client.close()

        let pid = process.processIdentifier
        try await Task.sleep(for: .seconds(2))
        let before = try processorSeconds(of: pid)
        try await Task.sleep(for: Self.observation)
        let share = (try processorSeconds(of: pid) - before) / (Self.observation / .seconds(1)) * 100
        return [
            Figure("idle", "CPU share, one linked peer", share, "%", aim: "≤ 0.1"),
            Figure("idle", "resident memory", try residentMegabytes(of: pid), "MB"),
            Figure("idle", "heap in use after the start", try await heapMegabytes(in: lab), "MiB", aim: "≤ 8"),
            Figure("start", "process start to first answered RPC", answered / .milliseconds(1), "ms", aim: "< 60"),
        ]
    }

    /// As the allocator of a daemon counts it, three seconds after its start.
    private func heapMegabytes(in lab: Lab) async throws -> Double {
        let path = try lab.configure("heap", port: freePorts(1)[0], peers: [])
        let output = Pipe()
        let lines = output.lines
        try lab.start("heap", executable: CommandLine.arguments[0], arguments: ["heap", path], output: output)
        for await line in lines {
            if let bytes = line.split(separator: " ").last.flatMap({ Double($0) }) { return bytes / 1_048_576 }
        }
        throw BenchmarkFailure("the daemon whose heap is measured did not start")
    }

    /// User and system time of a process so far.
    private func processorSeconds(of pid: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/schedstat", encoding: .utf8)
        // Of the main thread only; the others are below /proc/<pid>/task.
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
        let nanoseconds = tasks.compactMap { task in
            try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/schedstat", encoding: .utf8)
        }.compactMap { $0.split(separator: " ").first.flatMap { Double($0) } }
        guard !nanoseconds.isEmpty else { throw BenchmarkFailure("no scheduler statistics: \(text)") }
        return nanoseconds.reduce(0, +) / 1e9
    }

    private func residentMegabytes(of pid: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        guard let kilobytes else { throw BenchmarkFailure("no memory statistics") }
        return kilobytes / 1024
    }
}

/// Connects as soon as the daemon answers.
func connect(to socket: String, by deadline: ContinuousClock.Instant) async throws -> ControlClient {
    while true {
        do {
            return try await ControlClient.connect(to: socket, as: "pim-bench/1")
        } catch {
            guard ContinuousClock.now < deadline else { throw error }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
