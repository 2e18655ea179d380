internal import Foundation

/// Heap allocations per packet of running daemons: one stream through a relay.
enum OverlayAllocations {
    /// Payload of a TCP segment at the overlay's MTU: IPv4 and TCP headers with time stamps take 52 bytes.
    private static let segment = Double(OverlayOptions.mtu - 52)

    /// - Returns: Allocations per segment that arrived, of each machine's daemon.
    static func measure(seconds: Int) async throws -> [String: Double] {
        try await OverlayLab.with(.relayed) { lab in
            let counts = Dictionary(uniqueKeysWithValues: lab.shape.machines.map { ($0, AllocationFeed()) })
            let overlay = try await PIMContestant(in: lab, program: .counting(counts))
            for machine in lab.shape.machines { try await overlay.start(machine) }
            let target = overlay.address(of: .b)
            try await PingRun.waitForFirst(in: lab, to: target)
            _ = try await IperfRun.measure(from: lab.inside(.a), to: target, streams: 1, seconds: 1)
            var before: [OverlayMachine: Double] = [:]
            for (machine, feed) in counts { before[machine] = try await feed.next() }
            let run = try await IperfRun.measure(from: lab.inside(.a), to: target, streams: 1, seconds: seconds)
            var perSegment: [String: Double] = [:]
            for (machine, feed) in counts {
                let made = try await feed.next() - (before[machine] ?? 0)
                perSegment[machine.rawValue] = made / (run.bytes / segment)
            }
            return perSegment
        }
    }
}
