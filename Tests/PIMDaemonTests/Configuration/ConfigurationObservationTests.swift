import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct ConfigurationObservationTests {
    @Test func theLogSectionIsRead() throws {
        #expect(try ConfigurationText.configuration("").log == PIMConfiguration.Log())
        let text = """
            [log]
            level = "warn"
            format = "json"
            [log.levels]
            "pim_daemon::gateway" = "debug"
            plugins = "trace"
            """
        let loaded = try ConfigurationText.load("[node]\nname = \"n\"\n" + text)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.configuration.log.level == .warn)
        #expect(loaded.configuration.log.format == .json)
        #expect(loaded.configuration.log.levels == ["pim_daemon::gateway": .debug, "plugins": .trace])
    }

    @Test(arguments: [
        ("level = \"loud\"", "log.level"), ("level = 3", "log.level"), ("format = \"xml\"", "log.format"),
        ("levels = \"debug\"", "log.levels"), ("[log.levels]\na = \"none\"", "log.levels.a"),
        ("[log.levels]\n\"\" = \"info\"", "log.levels.\"\""), ("[log.levels.a]\nb = \"info\"", "log.levels.a"),
    ])
    func aWrongLogSectionIsRefused(lines: String, key: String) {
        #expect(ConfigurationText.errors("[log]\n\(lines)\n").map(\.key) == [key])
    }

    @Test func aMisspeltLevelIsRecognised() {
        #expect(ConfigurationText.errors("[log]\nlevel = \"wran\"\n").first?.suggestion == "warn")
    }
}
