import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct ConfigurationProblemsTests {
    @Test func everyProblemOfAFileIsReportedInItsOrder() {
        let problems = ConfigurationText.problems(
            """
            [node]
            name = 7

            [transport]
            listen_port = 99999
            listne_port = 1
            type = "quic"

            [routing]
            dns_servers = ["1.1.1.1", 8]

            [security]
            require_encryption = false
            """)
        #expect(
            problems.map(\.description) == [
                "pim.toml:2:8: error: node.name: expected a string, found the integer 7",
                "pim.toml:5:15: error: transport.listen_port: expected an integer from 0 to 65535, "
                    + "found the integer 99999",
                "pim.toml:7:8: error: transport.type: expected \"tcp\", the only one there is, found the string \"quic\"",
                "pim.toml:10:27: error: routing.dns_servers[1]: expected a string, found the integer 8",
                "pim.toml:13:22: error: security.require_encryption: expected true, found false: "
                    + "there is no mesh without encryption",
                "pim.toml:6:1: warning: transport.listne_port: unknown key, ignored; did you mean "
                    + "“transport.listen_port”?",
            ])
    }

    @Test func unknownKeysAndSectionsAreWarnedAboutOnceEach() throws {
        let warnings = try ConfigurationText.warnings(
            """
            [nonsense]
            x = 1
            y = 2
            [tranport]
            [mesh.kdf]
            t_costs = 4
            [[peers]]
            mechanism = "tcp"
            address = "relay:9100"
            adress = "relay:9100"
            "odd key" = 1
            """)
        #expect(
            warnings.map(\.description) == [
                "pim.toml:3:2: warning: nonsense: unknown section, ignored",
                "pim.toml:6:2: warning: tranport: unknown section, ignored; did you mean “transport”?",
                "pim.toml:8:1: warning: mesh.kdf.t_costs: unknown key, ignored; did you mean “mesh.kdf.t_cost”?",
                "pim.toml:12:1: warning: peers[0].adress: unknown key, ignored; did you mean “peers[0].address”?",
                "pim.toml:13:1: warning: peers[0].\"odd key\": unknown key, ignored",
            ])
    }

    @Test func retiredKeysAreNamedWithTheirReplacement() throws {
        let warnings = try ConfigurationText.warnings(
            """
            [interface]
            mesh_ip = "auto"
            mesh_ipv6 = "fd77::1/64"
            [bluetooth_rfcomm]
            peer_cleanup_enabled = true
            max_unreachable_lifetime_s = 1
            cleanup_interval_s = 1
            """)
        #expect(warnings.count == 5)
        #expect(warnings.allSatisfy { $0.message.hasPrefix("retired, ignored") })
        #expect(warnings.first?.message.contains("mesh_ipv4_prefix") == true)
        #expect(warnings.last?.message.contains("[bluetooth_rfcomm.peer_cleanup]") == true)
    }

    @Test func lostDiscoveryEncryptionIsSaidLoudly() throws {
        let warning = try ConfigurationText.warnings("[discovery]\nenabled = false\nshared_key = \"00\"\n").first
        #expect(warning?.key == "discovery.shared_key")
        #expect(warning?.message.contains("OPEN mesh") == true)
        #expect(warning?.message.contains("mesh.passphrase") == true)
    }

    @Test func secretsOfTheWrongTypeAreNotPrinted() {
        let problem = ConfigurationText.errors("[mesh]\npassphrase = 123456\n").first
        #expect(problem?.message == "expected a string, found an integer")
    }

    @Test func failureNamesFileAndCount() {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try ConfigurationText.load("[node]\nname = 1\n[relay]\nenabled = 1\n")
        }
        #expect(failure?.description.hasPrefix("config error: 2 errors in pim.toml\npim.toml:2:8: error: ") == true)
    }

    @Test func fileThatIsWrongAllOverIsCutShort() throws {
        let keys = (0..<5000).map { "listen_port_\($0) = 1\n" }.joined()
        let warnings = try ConfigurationText.warnings("[transport]\n" + keys)
        #expect(warnings.count == ProblemReport.limit + 1)
        #expect(warnings.last?.message == "and more that is not listed")
    }

    @Test func passphraseIsNeverPrinted() throws {
        let text = "[mesh]\nmode = \"private\"\npassphrase = \"open sesame\"\n"
        let loaded = try ConfigurationText.load("[node]\nname = \"n\"\n" + text)
        var printed = "\(loaded) \(loaded.configuration) \(loaded.configuration.mesh.passphrase as Any)"
        dump(loaded.configuration, to: &printed)
        #expect(!printed.contains("sesame"))
    }
}
