import PIMPlugin
import Testing

@testable import PIMPluginHost

@Suite struct PluginRegistryTests {
    @Test func firstPluginRegisteredGetsAKindClaimedTwiceAndTheWarningNamesBoth() {
        let registry = PluginRegistry(
            [ProbePlugin("one", kinds: ["x", "y"]), ProbePlugin("two", kinds: ["y", "z"])], settings: [:])
        #expect(registry.entries.map(\.kinds) == [["x", "y"], ["z"]])
        #expect(registry.receivers == ["x": 0, "y": 0, "z": 1])
        #expect(registry.problems.map(\.severity) == [.warning])
        let text = registry.problems.map(\.description).joined()
        #expect(text.contains("“one”") && text.contains("“two”") && text.contains("“y”"))
    }

    @Test func disabledPluginClaimsNothing() {
        let registry = PluginRegistry(
            [ProbePlugin("one", kinds: ["x"]), ProbePlugin("two", kinds: ["x"])],
            settings: ["one": PluginSettings(enabled: false)])
        #expect(registry.receivers == ["x": 1])
        #expect(registry.problems.isEmpty)
    }

    @Test func twoPluginsOfOneNameAreRefused() {
        let registry = PluginRegistry([ProbePlugin("one", kinds: []), ProbePlugin("one", kinds: [])], settings: [:])
        #expect(registry.problems.map(\.severity) == [.error])
    }

    @Test func twoPluginsInOneNamespaceAreRefused() {
        let registry = PluginRegistry(
            [ProbePlugin("one", namespace: "shared"), ProbePlugin("two", namespace: "shared")], settings: [:])
        #expect(registry.problems.map(\.severity) == [.error])
        #expect(registry.problems.map(\.plugin) == ["two"])
    }

    @Test func sectionWithoutPluginIsAWarning() {
        let registry = PluginRegistry([ProbePlugin("one")], settings: ["oen": PluginSettings()])
        #expect(registry.problems.map(\.severity) == [.warning])
        #expect(registry.problems.map(\.plugin) == ["oen"])
    }

    @Test func seedTakesBothHalvesOfTheConsent() {
        func problems(asks: Bool, granted: Bool) -> [PluginProblem] {
            PluginRegistry(
                [ProbePlugin("one", requestsSigningSeed: asks)],
                settings: ["one": PluginSettings(exposeSigningSeed: granted)]
            ).problems
        }
        #expect(problems(asks: true, granted: false).isEmpty)
        #expect(problems(asks: true, granted: true).map(\.severity) == [.warning])
        #expect(problems(asks: false, granted: true).map(\.severity) == [.warning])
    }

    @Test func sectionOverridesTheFailurePolicy() {
        func policy(_ own: PluginFailurePolicy, _ required: Bool?) -> [PluginFailurePolicy] {
            PluginRegistry(
                [ProbePlugin("one", policy: own)], settings: ["one": PluginSettings(required: required)]
            ).entries.map(\.policy)
        }
        #expect(policy(.required, nil) == [.required])
        #expect(policy(.required, false) == [.optional])
        #expect(policy(.optional, nil) == [.optional])
        #expect(policy(.optional, true) == [.required])
    }
}
