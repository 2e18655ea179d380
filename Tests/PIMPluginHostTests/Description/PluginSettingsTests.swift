import PIMCore
import PIMPlugin
import PIMPluginHost
import Testing

@Suite struct PluginSettingsTests {
    @Test func emptySectionMeansDefaults() throws {
        #expect(try PluginSettings(section: [:]) == PluginSettings())
        #expect(PluginSettings().enabled)
    }

    @Test func hostKeysAreTakenOutOfWhatThePluginSees() throws {
        let settings = try PluginSettings(section: [
            "enabled": .bool(false), "required": .bool(true), "expose_signing_seed": .bool(true), "own": .integer(3),
        ])
        #expect(!settings.enabled)
        #expect(settings.required == true)
        #expect(settings.exposeSigningSeed)
        #expect(settings.configuration == PluginConfiguration(["own": .integer(3)]))
    }

    @Test(arguments: ["enabled", "required", "expose_signing_seed"]) func hostKeysMustBeBooleans(key: String) {
        let error = #expect(throws: PIMError.self) { try PluginSettings(section: [key: .string("yes")]) }
        #expect(error?.category == .config)
        #expect(error?.message.contains(key) == true)
    }
}
