import PIMCore
import PIMRPC

/// `pim status` as text (`spec/cli.md` §4.3, `spec/scenarios.md` 0.2).
struct StatusReport {
    private let status: DaemonStatus

    init(_ status: DaemonStatus) {
        self.status = status
    }

    func lines(_ style: Style = .plain) -> [String] {
        let process = status.pid.map { " (pid \($0))" } ?? ""
        var lines = ["pim: \(style("running", .green))\(process)"]
        let interface = status.interface
        let peers = status.peers.count { $0.state == .active }
        let gateway = status.routes.selectedGateway.map { ", gateway \($0.shortDescription)" } ?? ""
        let fields: [(String, String)] = [
            ("node", "\(status.node) (\(status.nodeIDShort))"),
            ("node id", status.nodeID.description),
            ("mesh", "\(status.meshIPv4), \(status.meshIPv6)"),
            (
                "interface",
                interface.name.isEmpty
                    ? "off" : "\(interface.name), \(interface.up ? "up" : "down"), mtu \(interface.mtu)"
            ),
            ("role", status.role.joined(separator: ", ")),
            ("transport", status.transport.tcp.port > 0 ? ":\(status.transport.tcp.port)" : "not listening"),
            ("peers", "\(peers) connected"),
            ("routes", "\(status.routes.active) active\(gateway)"),
            ("up for", "\(Printable.duration(seconds: status.uptimeSeconds)), since \(status.startedAt)"),
        ]
        for (name, value) in fields { lines.append("  \(Self.label(name, width: 11))\(Printable.line(value))") }
        if !status.peers.isEmpty {
            lines.append("")
            lines += PeersReport(status.peers).lines(style).map { "  \($0)" }
        }
        return lines
    }

    /// One line a counter, the ones of the statistics file first.
    var counterLines: [String] {
        var counters: [(String, UInt64)] = [
            ("peers", UInt64(status.peers.count { $0.state == .active })), ("routes", UInt64(status.routes.active)),
            ("packets_forwarded", status.stats.forwardedPackets), ("bytes_forwarded", status.stats.forwardedBytes),
            ("packets_dropped", status.stats.dropped), ("congestion_drops", status.stats.congestionDrops),
            ("conntrack_size", UInt64(max(0, status.stats.conntrackSize))), ("uptime_secs", status.uptimeSeconds),
        ]
        let known = Set(counters.map(\.0))
        counters += status.counters.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value)
        }
        let width = max(22, 2 + (counters.map { $0.0.count }.max() ?? 0))
        return ["Live metrics:"] + counters.map { "  \(Self.label($0.0, width: width))\($0.1)" }
    }

    private static func label(_ name: String, width: Int) -> String {
        "\(name):" + String(repeating: " ", count: max(1, width - name.count - 1))
    }
}
