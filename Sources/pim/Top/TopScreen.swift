import PIMCore
import PIMRPC

/// Draws ``TopModel`` as lines.
struct TopScreen {
    let model: TopModel
    let style: Style

    /// Exactly as many lines as the terminal has, none wider than it is.
    func lines(_ size: TerminalSize) -> [String] {
        var lines = head
        if model.showsHelp {
            lines += [""] + Self.help
        } else if let sample = model.sample {
            lines += ["", tabs(sample)] + list(sample, rows: size.lines - lines.count - 3)
        }
        let room = max(0, size.lines - 1)
        lines = Array(lines.prefix(room)) + Array(repeating: "", count: max(0, room - lines.count))
        lines.append(foot)
        return lines.suffix(size.lines).map { DisplayWidth.cutting($0, columns: size.columns) }
    }

    /// How many rows of a list fit.
    func room(_ size: TerminalSize) -> Int { max(1, size.lines - head.count - 4) }

    /// Everything, without a terminal.
    var wholeText: [String] {
        guard let sample = model.sample else { return head }
        return head
            + TopSection.allCases.flatMap { section in
                ["", "\(section.title):"]
                    + section.table(sample).lines(by: 0, descending: false, style).map { "  \($0)" }
            }
    }

    // MARK: - Parts

    private var head: [String] {
        let trouble = model.trouble.map { [style("waiting for the daemon: \(Printable.line($0))", .yellow)] } ?? []
        guard let sample = model.sample else {
            return trouble.isEmpty ? ["pim top"] : trouble
        }
        let status = sample.status
        let active = status.peers.count { $0.state == .active }
        let gateway = status.routes.selectedGateway.map { "gateway \($0.shortDescription)" } ?? "no gateway"
        let stats = status.stats
        var lines = [
            style(Printable.line(status.node), .bold)
                + " (\(status.nodeIDShort))  \(Printable.line(status.role.joined(separator: ", ")))  "
                + "up \(Printable.duration(seconds: status.uptimeSeconds))",
            "mesh     \(Printable.line(status.meshIPv4)), \(Printable.line(status.meshIPv6))  interface "
                + (status.interface.name.isEmpty
                    ? "off" : "\(Printable.line(status.interface.name)) \(status.interface.up ? "up" : "down")"),
            "peers    \(active) connected  routes \(status.routes.active)  \(gateway)"
                + (status.routeOn ? "  default route in the mesh" : ""),
            "traffic  \(rate(\.bytes, Self.bytes))/s  \(rate(\.packets, Self.count)) packets/s  "
                + "\(rate(\.drops, Self.count)) dropped/s  total \(Self.bytes(Double(stats.forwardedBytes))), "
                + "\(stats.forwardedPackets) packets, \(stats.dropped) dropped",
        ]
        if let role = sample.gateway, role.active { lines.append(Self.gateway(role)) }
        return lines + trouble
    }

    private static func gateway(_ role: GatewayRole) -> String {
        var parts = ["gateway  by \(Printable.line(role.natInterface ?? "?"))"]
        if let throughput = role.throughput {
            parts.append("in \(bytes(Double(throughput.inBitsPerSecond / 8)))/s")
            parts.append("out \(bytes(Double(throughput.outBitsPerSecond / 8)))/s")
        }
        if let conntrack = role.conntrack {
            parts.append("\(conntrack.used)\(conntrack.max > 0 ? " of \(conntrack.max)" : "") connections")
        }
        return parts.joined(separator: "  ")
    }

    private func tabs(_ sample: TopSample) -> String {
        TopSection.allCases.map { section in
            let text = " \(section.rawValue + 1) \(section.title) \(section.table(sample).rows.count) "
            guard section == model.section else { return text }
            return style.isEnabled ? style(text, .inverse) : "[\(text.dropFirst().dropLast())]"
        }.joined(separator: " ")
    }

    private func list(_ sample: TopSample, rows room: Int) -> [String] {
        let view = model.view
        let all = model.section.table(sample).lines(by: view.sortColumn, descending: view.isDescending, style)
        let rows = Array(all.dropFirst())
        // The list may have become shorter since it was scrolled.
        let offset = min(view.offset, max(0, rows.count - max(1, room - 1)))
        return Array(all.prefix(1)) + rows.dropFirst(offset).prefix(max(0, room - 1))
    }

    private var foot: String {
        style(
            (model.isPaused ? "[paused]  " : "") + "q quit  Tab section  s sort  r reverse  ↑↓ scroll  p pause  ? help",
            .dim)
    }

    private static let help = [
        "  q, Esc, Ctrl-C    leave", "  Tab, ←, →, 1…4    another list",
        "  s, S              sort by the next or previous column",
        "  r                 turn the order round", "  ↑, ↓, PgUp, PgDn  scroll; Home and End, too",
        "  p                 hold the picture", "", "  Any key goes back.",
    ]

    private func rate(_ value: KeyPath<TopRates, Double>, _ text: (Double) -> String) -> String {
        model.rates.map { text($0[keyPath: value]) } ?? "-"
    }

    static func count(_ value: Double) -> String {
        value > 0 && value < 10 ? String((value * 10).rounded() / 10) : String(Int64(exactly: value.rounded()) ?? .max)
    }

    /// `0 B`, `1.5 kB`, `12.3 MB`.
    static func bytes(_ value: Double) -> String {
        var rest = value
        for unit in ["B", "kB", "MB", "GB", "TB", "PB"] {
            if rest < 999.95 || unit == "PB" {
                return unit == "B" ? "\(count(rest.rounded())) B" : "\((rest * 10).rounded() / 10) \(unit)"
            }
            rest /= 1000
        }
        return ""
    }
}
