internal import Foundation

/// How long a daemon takes from its start to the first ping that is answered through it.
enum FirstPing {
    /// Starts the daemon of a while b, which is up already, asks for it every five milliseconds.
    ///
    /// - Returns: Seconds from the start of the process to the answer, as `ping` saw it.
    static func measure(_ overlay: any Contestant, in lab: OverlayLab) async throws -> Double {
        let output = Pipe()
        let ping = try lab.spawn(
            on: .b, "ping", ["-D", "-n", "-i", "0.005", "-c", "6000", overlay.address(of: .a)], output: output)
        let lines = output.lines
        // The machine settles; what was asked for in vain so far is behind it.
        try await Task.sleep(for: .milliseconds(500))
        let begin = Date.now.timeIntervalSince1970
        try await overlay.start(.a)
        for await line in lines {
            guard line.contains("bytes from"), line.first == "[", let end = line.firstIndex(of: "]"),
                let time = Double(line[line.index(after: line.startIndex)..<end])
            else { continue }
            ping.terminate()
            return max(0, time - begin)
        }
        throw BenchmarkFailure("b never reached a")
    }
}
