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

    @Test func filesAreNamedAndSwitchedOff() throws {
        #expect(try ConfigurationText.configuration("").files == PIMConfiguration.Files())
        let files = try ConfigurationText.configuration(
            "[files]\nstatistics = \"\"\ndebug_snapshot = \"~/debug.json\"\n"
        ).files
        #expect(files.statistics == "")
        #expect(files.debugSnapshot == "/home/somebody/debug.json")
    }

    @Test(arguments: [
        ("statistics = \"pim.stats\"", "files.statistics"), ("statistics = false", "files.statistics"),
        ("debug_snapshot = \"./x\"", "files.debug_snapshot"),
        ("statistics = \"/x\"\ndebug_snapshot = \"/x\"", "files.debug_snapshot"),
    ])
    func wrongPlacesAreRefused(lines: String, key: String) {
        #expect(ConfigurationText.errors("[files]\n\(lines)\n").map(\.key) == [key])
    }
}
