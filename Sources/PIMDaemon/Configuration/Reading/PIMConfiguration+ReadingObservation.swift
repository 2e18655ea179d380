import PIMCore

extension PIMConfiguration.Log {
    init(reading table: TableReader) {
        self.init()
        table.read("level", into: &level)
        table.read("format", into: &format)
        let sources = table.table("levels")
        for source in sources.keys {
            var level: Level?
            sources.read(source, into: &level)
            if source.isEmpty {
                sources.report.error(
                    sources.fullName(source), at: sources.position(of: source),
                    "no source has this name; see log.level")
            } else if let level {
                levels[source] = level
            }
        }
        sources.finish()
        table.finish()
    }
}

extension PIMConfiguration.Files {
    init(reading table: TableReader) {
        self.init()
        table.read("statistics", into: &statistics)
        table.read("debug_snapshot", into: &debugSnapshot)
        for (key, path) in [("statistics", statistics), ("debug_snapshot", debugSnapshot)] {
            guard let path, !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix("~/") else { continue }
            table.report.error(
                table.fullName(key), at: table.position(of: key), "expected an absolute path, found “\(path)”")
        }
        if let statistics, !statistics.isEmpty, statistics == debugSnapshot {
            table.report.error(
                table.fullName("debug_snapshot"), at: table.position(of: "debug_snapshot"),
                "the same file as files.statistics")
        }
        table.finish()
    }
}

extension PIMConfiguration.Metrics {
    init(reading table: TableReader) {
        self.init()
        var text = ""
        if case .integer(let port)? = table.node("listen")?.value {
            text = "\(port)"
        } else {
            table.read("listen", into: &text)
        }
        if !text.isEmpty {
            do throws(PIMError) {
                listen = try PIMConfiguration.ListenEndpoint(parsing: text)
            } catch {
                table.report.error(table.fullName("listen"), at: table.position(of: "listen"), error.message)
            }
        }
        table.finish()
    }
}
