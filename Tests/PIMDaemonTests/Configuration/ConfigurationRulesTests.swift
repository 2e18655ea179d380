import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct ConfigurationRulesTests {
    @Test(arguments: [
        ("m_cost_kib = 7", "mesh.kdf.m_cost_kib"), ("m_cost_kib = 16\np_cost = 3", "mesh.kdf.m_cost_kib"),
        ("t_cost = 0", "mesh.kdf.t_cost"), ("p_cost = 0", "mesh.kdf.p_cost"),
        ("m_cost_kib = 4294967295\np_cost = 16777216", "mesh.kdf.p_cost"),
    ])
    func keyDerivationOutOfBoundsIsRefused(lines: String, key: String) {
        let mesh = "[mesh]\nmode = \"private\"\npassphrase = \"x\"\n[mesh.kdf]\n\(lines)\n"
        #expect(ConfigurationText.errors(mesh).map(\.key) == [key])
        // An open mesh derives nothing.
        #expect(ConfigurationText.errors("[mesh.kdf]\n\(lines)\n").isEmpty)
    }

    @Test func smallBroadcastIntervalIsRaisedWithAWarning() throws {
        let loaded = try ConfigurationText.load(
            "[node]\nname = \"n\"\n[messaging.broadcast]\noutgoing_interval_s = 0\n")
        #expect(loaded.configuration.messaging.broadcast.outgoingIntervalSeconds == 30)
        #expect(
            loaded.warnings.map(\.description) == [
                "pim.toml:4:23: warning: messaging.broadcast.outgoing_interval_s: 0 is too small, 30 is used"
            ])
        let fine = try ConfigurationText.load("[node]\nname=\"n\"\n[messaging.broadcast]\noutgoing_interval_s=30\n")
        #expect(fine.warnings.isEmpty)
        #expect(fine.configuration.messaging.broadcast.outgoingIntervalSeconds == 30)
    }

    @Test func zeroIntervalsAreRaised() throws {
        let discovery = try ConfigurationText.configuration("[discovery]\nbroadcast_interval_ms = 0\n").discovery
        #expect(discovery.broadcastIntervalMilliseconds == 1)
    }

    @Test func onlyOneAlgorithmExists() {
        #expect(ConfigurationText.errors("[routing]\nalgorithm = \"ospf\"\n").map(\.key) == ["routing.algorithm"])
        #expect(ConfigurationText.errors("[routing]\nalgorithm = \"distance-vector\"\n").isEmpty)
    }

    @Test func relayingIsOnUnlessSwitchedOff() throws {
        #expect(try ConfigurationText.configuration("").relaysForOthers)
        #expect(try ConfigurationText.configuration("[relay]\n").relaysForOthers)
        #expect(try ConfigurationText.configuration("[relay]\nenabled = true\n").relaysForOthers)
        let off = "[relay]\nenabled = false\n"
        #expect(try !ConfigurationText.configuration(off).relaysForOthers)
        #expect(try ConfigurationText.configuration(off + "[gateway]\nenabled = true\n").relaysForOthers)
    }

    @Test func everythingTheBuildLacksIsNamedInOneWarning() throws {
        let warnings = try ConfigurationText.warnings(
            """
            [interface]
            enabled = true
            [discovery]
            [gateway]
            enabled = true
            [wifi_direct]
            enabled = true
            [bluetooth]
            enabled = true
            [bluetooth_rfcomm]
            enabled = true
            [bluetooth_coc]
            enabled = true
            """)
        #expect(
            warnings.map(\.description) == [
                "pim.toml: warning: not available in this build, though the file asks for it: "
                    + "wifi_direct, bluetooth, bluetooth_rfcomm, bluetooth_coc"
            ])
    }

    @Test func sectionsThatAskForNothingAreNotNamed() throws {
        let sections = ["interface", "discovery", "gateway", "wifi_direct", "bluetooth", "bluetooth_coc"]
        let text = sections.map { "[\($0)]\nenabled = false\n" }.joined()
        #expect(try ConfigurationText.warnings(text).isEmpty)
    }

    @Test func aGatewayNeedsTheMeshInterface() throws {
        let gateway = "[gateway]\nenabled = true\n"
        let problems = try ConfigurationText.warnings("[interface]\nenabled = false\n" + gateway)
        #expect(problems.map(\.key) == ["gateway.enabled"])
        #expect(problems.allSatisfy { $0.message.contains("interface.enabled is false") })
        for sound in ["[interface]\nenabled = true\n" + gateway, "[interface]\nenabled = false\n"] {
            #expect(try ConfigurationText.warnings(sound).allSatisfy { $0.key != "gateway.enabled" })
        }
    }

    @Test func whatAGatewayLetsThroughIsRead() throws {
        #expect(try ConfigurationText.configuration("").gateway.allowPrivate == false)
        let gateway = try ConfigurationText.configuration(
            "[gateway]\nallow_private = true\nmax_connections_per_node = 9\n"
        ).gateway
        #expect(gateway.allowPrivate)
        #expect(gateway.maxConnectionsPerNode == 9)
    }

    @Test func packetsOfAnInterfaceHaveASensibleSize() {
        #expect(ConfigurationText.errors("[interface]\nenabled = true\nmtu = 70000\n").map(\.key) == ["interface.mtu"])
        #expect(ConfigurationText.errors("[interface]\nenabled = false\nmtu = 70000\n").isEmpty)
    }

    @Test func homeIsExpandedForPathsAndOnlyInFront() throws {
        let configuration = try ConfigurationText.configuration(
            "data_dir = \"~/state\"\n[security]\nkey_file = \"~user/key\"\ntrust_store_file = \"~/t.toml\"\n")
        #expect(configuration.node.dataDirectory == "/home/somebody/state")
        #expect(configuration.security.keyFile == "~user/key")
        #expect(configuration.security.trustStoreFile == "/home/somebody/t.toml")
    }

    @Test func pluginSectionsKeepTheirOwnKeys() throws {
        let plugins = try ConfigurationText.configuration(
            """
            [plugins.hello]
            enabled = false
            required = true
            expose_signing_seed = true
            greeting = "hi"
            since = 1979-05-27 07:32:00Z   # a date
            nested = { list = [1, 2.5, true] }
            [plugins.other]
            """
        ).plugins
        let hello = try #require(plugins["hello"])
        #expect(hello.enabled == false)
        #expect(hello.isRequired == true)
        #expect(hello.exposesSigningSeed)
        #expect(
            hello.values == [
                "greeting": .string("hi"), "since": .string("1979-05-27 07:32:00Z"),
                "nested": .object(["list": .array([.integer(1), .number(2.5), .bool(true)])]),
            ])
        #expect(plugins["other"] == PIMConfiguration.Plugin())
    }

    @Test func whatAPluginSaysOfItsSectionHasAPlace() throws {
        let loaded = try ConfigurationText.load("[node]\nname = \"a\"\n[plugins.hello]\nx = 1\n")
        #expect(loaded.position(ofPlugin: "hello") == TextPosition(line: 3, column: 10))
        #expect(loaded.position(ofPlugin: "other") == nil)
    }

    @Test func impossiblePluginSectionsAreReported() throws {
        #expect(ConfigurationText.errors("[plugins]\nhello = 3\n").map(\.key) == ["plugins.hello"])
        #expect(ConfigurationText.errors("[plugins.hello]\nx = nan\n").map(\.key) == ["plugins.hello.x"])
        #expect(try ConfigurationText.warnings("[plugins.Hello]\n").map(\.key) == ["plugins.Hello"])
    }
}
