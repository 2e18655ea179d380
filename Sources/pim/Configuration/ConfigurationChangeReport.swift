import PIMRPC

/// What became of a change of the configuration.
struct ConfigurationChangeReport {
    private let result: ConfigSaveResult
    private let isRunning: Bool

    init(_ result: ConfigSaveResult, isRunning: Bool) {
        self.result = result
        self.isRunning = isRunning
    }

    var lines: [String] {
        var lines: [String] = []
        let applied = result.applied ?? []
        let waiting = result.requiresRestart
        if !result.saved {
            lines.append("nothing is wrong with it; nothing was written")
        } else if applied.isEmpty, waiting.isEmpty, isRunning {
            lines.append("saved in \(result.writtenTo); nothing the daemon uses is different")
        } else {
            lines.append("saved in \(result.writtenTo)")
        }
        lines += Self.lines(applied: applied, requiresRestart: isRunning ? waiting : [])
        if result.saved, !isRunning { lines.append("it counts from the daemon's next start, or “pim config reload”") }
        return lines + (result.warnings ?? []).map { "warning: \($0.text)" }
    }

    /// The same for a file that was read again.
    static func lines(applied: [String], requiresRestart: [String]) -> [String] {
        var lines: [String] = []
        if !applied.isEmpty { lines.append("applied: \(applied.joined(separator: ", "))") }
        if !requiresRestart.isEmpty {
            lines.append("from the next start: \(requiresRestart.joined(separator: ", "))")
        }
        return lines
    }
}
