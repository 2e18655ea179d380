import PIMCore

@testable import PIMDaemon

/// Loads texts as if they stood in `pim.toml`.
enum ConfigurationText {
    static func load(_ text: String) throws(ConfigurationFailure) -> LoadedConfiguration {
        try ConfigurationLoader.load(text: text, path: "pim.toml", environment: ["HOME": "/home/somebody"])
    }

    /// What a text with a valid `[node]` in front says.
    static func configuration(_ text: String) throws(ConfigurationFailure) -> PIMConfiguration {
        try load("[node]\nname = \"test-node\"\n" + text).configuration
    }

    /// The errors of a text with a valid `[node]` in its first two lines; none if it loads.
    static func errors(_ text: String) -> [ConfigurationProblem] {
        problems("[node]\nname = \"test-node\"\n" + text).filter { $0.severity == .error }
    }

    static func warnings(_ text: String) throws(ConfigurationFailure) -> [ConfigurationProblem] {
        try load("[node]\nname = \"test-node\"\n" + text).warnings
    }

    static func problems(_ text: String) -> [ConfigurationProblem] {
        do throws(ConfigurationFailure) {
            return try load(text).warnings
        } catch {
            return error.problems
        }
    }
}
