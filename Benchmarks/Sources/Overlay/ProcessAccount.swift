internal import Foundation

/// What a set of processes has used so far, from `/proc`.
struct ProcessAccount {
    /// User and system time of all of them, seconds.
    var processorSeconds = 0.0
    /// Resident memory of the largest, MB.
    var resident = 0.0
    /// The most it ever was, of the largest, MB.
    var peakResident = 0.0

    private static let ticksPerSecond = 100.0

    init(of processes: [Int32]) {
        for pid in processes {
            processorSeconds += Self.processorSeconds(of: pid)
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            resident = max(resident, Self.megabytes("VmRSS:", in: status))
            peakResident = max(peakResident, Self.megabytes("VmHWM:", in: status))
        }
    }

    private static func processorSeconds(of pid: Int32) -> Double {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            // The name in parentheses may hold anything, so fields count from its end on; utime and stime are 14 and 15.
            let end = stat.lastIndex(of: ")")
        else { return 0 }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +) / ticksPerSecond
    }

    private static func megabytes(_ key: String, in status: String) -> Double {
        let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        return (kilobytes ?? 0) / 1024
    }
}
