import PIMCore
import PIMRPC

/// The plugins as a table, followed by what needs attention.
struct PluginsReport {
    private let list: PluginList

    init(_ list: PluginList) {
        self.list = list
    }

    func lines(_ style: Style = .plain) -> [String] {
        guard !list.plugins.isEmpty else { return ["this daemon has no plugins"] }
        var table = TextTable([
            .init("NAME"), .init("PHASE"), .init("POLICY"), .init("QUEUED", isNumber: true),
            .init("HANDLED", isNumber: true), .init("FAILED", isNumber: true), .init("DROPPED", isNumber: true),
            .init("KINDS"),
        ])
        for plugin in list.plugins {
            table.add([
                plugin.name, plugin.phase, plugin.policy, String(plugin.queued), String(plugin.handled),
                String(plugin.failed), String(plugin.dropped.values.reduce(0, &+)),
                plugin.kinds.joined(separator: ", "),
            ])
        }
        return table.lines(style) + list.plugins.flatMap(Self.remarks)
    }

    private static func remarks(on plugin: PluginSummary) -> [String] {
        var remarks: [String] = []
        if let seconds = plugin.stalledForSeconds {
            remarks.append("a handler has not returned for \(Printable.duration(seconds: seconds))")
        }
        if let error = plugin.lastError { remarks.append("last error: \(Printable.line(error))") }
        for (reason, count) in plugin.dropped.sorted(by: { $0.key < $1.key }) where count > 0 {
            remarks.append("dropped \(count): \(Printable.line(reason))")
        }
        for source in plugin.topSources where source.dropped > 0 {
            remarks.append("\(source.dropped) of them from \(source.node.shortDescription), \(source.queued) queued")
        }
        return remarks.map { "\(plugin.name): \($0)" }
    }
}
