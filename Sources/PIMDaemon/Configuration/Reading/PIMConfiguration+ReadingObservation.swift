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
