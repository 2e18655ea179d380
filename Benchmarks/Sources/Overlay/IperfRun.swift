internal import Foundation

/// What one iperf3 client says at its end.
struct IperfRun: Decodable {
    private struct End: Decodable {
        var sum_received: Sum
    }

    private struct Sum: Decodable {
        var bytes: Double
        var bits_per_second: Double
    }

    private var end: End

    var gibibytes: Double { end.sum_received.bytes / 1_073_741_824 }
    var bytes: Double { end.sum_received.bytes }
    var megabitsPerSecond: Double { end.sum_received.bits_per_second / 1e6 }

    /// TCP from a machine to b.
    static func measure(from machine: NetworkNamespace, to address: String, streams: Int, seconds: Int) async throws
        -> IperfRun
    {
        let text = try await machine.run(
            "iperf3",
            ["-c", address, "-p", "\(OverlayLab.iperfPort)", "-P", "\(streams)", "-t", "\(seconds)", "-J"],
            deadline: .seconds(seconds + 30))
        return try JSONDecoder().decode(IperfRun.self, from: Data(text.utf8))
    }
}
