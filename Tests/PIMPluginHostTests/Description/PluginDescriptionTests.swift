import PIMPlugin
import Testing

@testable import PIMPluginHost

@Suite struct PluginDescriptionTests {
    @Test(arguments: ["a", "messaging", "a-b_c9", String(repeating: "x", count: 64)])
    func acceptsNames(name: String) {
        #expect(PluginDescription(of: ProbePlugin(name)).problems.isEmpty)
    }

    @Test(arguments: ["", "9a", "-a", "A", "a.b", "a b", "ä", "../x", String(repeating: "x", count: 65)])
    func refusesNames(name: String) {
        let problems = PluginDescription(of: ProbePlugin(name, kinds: [], namespace: "fine")).problems
        #expect(problems.count == 1)
        #expect(problems.allSatisfy { $0.severity == .error && $0.plugin == name })
    }

    @Test(arguments: ["a", "messaging.msg", "UPPER case ~", String(repeating: "k", count: 255)])
    func acceptsKinds(kind: String) {
        #expect(PluginDescription(of: ProbePlugin("probe", kinds: [kind])).problems.isEmpty)
    }

    @Test(arguments: ["", "ü", "\u{212a}", String(repeating: "k", count: 256)])
    func refusesKinds(kind: String) {
        #expect(PluginDescription(of: ProbePlugin("probe", kinds: [kind])).problems.count == 1)
    }

    @Test func refusesBadAndRepeatedMethodNames() {
        let methods = ["send", "send", "x y", "outbox.list"].map {
            PluginRPCMethod($0, summary: "", handle: { $0 })
        }
        let problems = PluginDescription(of: ProbePlugin("probe", methods: methods)).problems
        #expect(problems.count == 2)
        #expect(problems.contains { $0.message.contains("x y") })
        #expect(problems.contains { $0.message.contains("two RPC methods “send”") })
    }

    @Test func boundsConcurrency() {
        func workers(_ concurrency: PluginConcurrency) -> PluginDescription.Workers {
            PluginDescription(of: ProbePlugin("probe", concurrency: concurrency)).workers
        }
        #expect(workers(.serial) == .one)
        #expect(workers(.perSource(limit: 8)) == .perSource(8))
        #expect(workers(.perSource(limit: 0)) == .perSource(1))
        #expect(workers(.perSource(limit: 1_000)) == .perSource(64))
    }
}
