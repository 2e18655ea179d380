import PIMCore
import Testing

@testable import PIMDaemon

/// The table of `spec/config.md` §9.
@Suite struct ConfigurationParseCasesTests {
    @Test func nameAloneGivesAllDefaults() throws {
        let configuration = try ConfigurationText.configuration("")
        var expected = PIMConfiguration(node: PIMConfiguration.Node(name: "test-node"))
        expected.security.keyFile = "/home/somebody/.pim/node.key"
        expected.security.trustStoreFile = "/home/somebody/.pim/trusted-peers.toml"
        #expect(configuration == expected)
        #expect(configuration.interface.mtu == 1400)
        #expect(configuration.interface.enabled)
        #expect(configuration.routing.maxHops == 10)
        #expect(!configuration.gateway.enabled)
        #expect(configuration.mesh.mode == .open)
        #expect(configuration.mesh.kdf.memoryKiB == 65_536)
        #expect(configuration.mesh.kdf.iterations == 3)
        #expect(configuration.mesh.kdf.lanes == 1)
        #expect(configuration.peers.isEmpty)
        #expect(configuration.messaging.broadcast.outgoingIntervalSeconds == nil)
        #expect(configuration.messaging.broadcast.watchIncoming)
        #expect(configuration.messaging.broadcast.minimumPeerIntervalSeconds == 60)
        #expect(try ConfigurationText.warnings("").isEmpty)
    }

    @Test(arguments: [
        ("", "node"), ("[node]\n", "node.name"), ("node = 3\n", "node"), ("[[node]]\nname = \"x\"\n", "node"),
    ])
    func nodeAndItsNameAreRequired(text: String, key: String) {
        let problems = ConfigurationText.problems(text)
        #expect(problems.map(\.key) == [key])
        #expect(problems.allSatisfy { $0.severity == .error })
    }

    @Test func whatIsNotTOMLIsAConfigurationError() {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try ConfigurationText.load("not valid toml {{{}}}")
        }
        #expect(failure?.category == .config)
        #expect(failure?.description.hasPrefix("config error: an error in pim.toml\npim.toml:1:") == true)
    }

    @Test func duplicateKeysAreRefusedWithTheirPlace() {
        let errors = ConfigurationText.errors("name = \"again\"\n")
        #expect(errors.map(\.position?.line) == [3])
    }

    @Test func meshModeIsOneOfTwoWords() throws {
        #expect(try ConfigurationText.configuration("[mesh]\nmode = \"open\"\n").mesh.mode == .open)
        for word in ["Private", "closed", ""] {
            let errors = ConfigurationText.errors("[mesh]\nmode = \"\(word)\"\n")
            #expect(errors.map(\.key) == ["mesh.mode"])
            #expect(errors.first?.position == TextPosition(line: 4, column: 8))
        }
        #expect(ConfigurationText.errors("[mesh]\nmode = \"Private\"").first?.suggestion == "private")
    }

    @Test func partialKeyDerivationKeepsTheOtherDefaults() throws {
        let text = "[mesh]\nmode = \"private\"\npassphrase = \" \"\n[mesh.kdf]\nm_cost_kib = 16\n"
        let mesh = try ConfigurationText.configuration(text).mesh
        #expect(mesh.kdf.memoryKiB == 16)
        #expect(mesh.kdf.iterations == 3)
        #expect(mesh.kdf.lanes == 1)
        #expect(mesh.passphrase == Passphrase(" "))
    }

    @Test func privateMeshWithoutPassphraseIsReadAndThenRefused() throws {
        let text = "[node]\nname = \"n\"\n[mesh]\nmode = \"private\"\n"
        let report = ProblemReport(file: "pim.toml")
        let read = PIMConfiguration(reading: TableReader(document: try TOMLDocument(text), report: report))
        #expect(read.mesh.mode == .private)
        #expect(report.all(.error).isEmpty)

        let errors = ConfigurationText.problems(text)
        #expect(errors.map(\.key) == ["mesh.passphrase"])
        #expect(errors.first?.position == TextPosition(line: 4, column: 8))
        #expect(ConfigurationText.errors("[mesh]\nmode = \"private\"\npassphrase = \"\"\n").count == 1)
    }

    @Test func authorizedPeersAreNodeIDs() throws {
        let text = "[security]\nauthorization_policy = \"trust_on_first_use\"\nauthorized_peers = [\"%\"]\n"
        func peers(_ id: String) -> String { text.replacing("%", with: id) }
        let id = "ABCDEF00112233445566778899aabbcc"
        let security = try ConfigurationText.configuration(peers(id)).security
        #expect(security.authorizationPolicy == .trustOnFirstUse)
        #expect(security.authorizedPeers.map(\.description) == [id.lowercased()])

        let short = ConfigurationText.errors(peers("abc"))
        #expect(short.map(\.key) == ["security.authorized_peers[0]"])
        #expect(short.first?.message.contains("32 hex characters") == true)
        #expect(short.first?.position == TextPosition(line: 5, column: 21))
        let bad = ConfigurationText.errors(peers("zz" + id.dropFirst(2)))
        #expect(bad.first?.message.contains("zz") == true)
    }

    @Test(arguments: ["70000", "-1", "\"9100\"", "9100.0", "true", "0x1_0000"])
    func listenPortIsAnIntegerOfSixteenBits(value: String) {
        let errors = ConfigurationText.errors("[transport]\nlisten_port = \(value)\n")
        #expect(errors.map(\.key) == ["transport.listen_port"])
        #expect(errors.first?.message.hasPrefix("expected an integer from 0 to 65535, found ") == true)
        #expect(errors.first?.position == TextPosition(line: 4, column: 15))
    }

    @Test func goIntentIsAByteAndNotCheckedFurther() throws {
        #expect(ConfigurationText.errors("[wifi_direct]\ngo_intent = 300\n").map(\.key) == ["wifi_direct.go_intent"])
        #expect(try ConfigurationText.configuration("[wifi_direct]\ngo_intent = 16\n").wifiDirect.goIntent == 16)
    }

    @Test func broadcastIsReadAndItsIntervalStaysOff() throws {
        let text = "[messaging.broadcast]\nwatch_incoming = false\nmin_peer_interval_s = 120\n"
        let broadcast = try ConfigurationText.configuration(text).messaging.broadcast
        #expect(broadcast.outgoingIntervalSeconds == nil)
        #expect(!broadcast.watchIncoming)
        #expect(broadcast.minimumPeerIntervalSeconds == 120)
    }

    /// The reference refuses a partial table; here it inherits (`spec/config.md` §11.9).
    @Test func partialCleanupTableInheritsItsOwnersDefaults() throws {
        let configuration = try ConfigurationText.configuration(
            """
            [messaging.peer_cleanup]
            enabled = false
            [bluetooth.peer_cleanup]
            cleanup_interval_s = 5
            """)
        var identity = PeerCleanup.identity
        identity.isEnabled = false
        #expect(configuration.messaging.peerCleanup == identity)
        var radio = PeerCleanup.radio
        radio.cleanupIntervalSeconds = 5
        #expect(configuration.bluetooth.peerCleanup == radio)
        #expect(configuration.bluetooth.peerCleanup.effectiveIntervalSeconds == 60)
        #expect(configuration.transport.peerCleanup == .ephemeral)
    }

    @Test func aPeerMayBeTiedToItsIdentity() throws {
        func entry(_ id: String) -> String {
            "[[peers]]\nmechanism = \"tcp\"\naddress = \"relay:9100\"\nnode_id = \"\(id)\"\n"
        }
        let id = "00112233445566778899AABBCCDDEEFF"
        let peers = try ConfigurationText.configuration(entry(id)).peers
        #expect(peers == [.init(target: .tcp(address: "relay:9100"), node: try NodeID(parsing: id))])
        #expect(ConfigurationText.errors(entry("0011")).map(\.key) == ["peers[0].node_id"])
    }

    @Test func peersKeepTheirOrder() throws {
        let peers = try ConfigurationText.configuration(
            """
            [[peers]]
            mechanism = "tcp"
            address = "relay:9100"
            [[peers]]
            mechanism = "bluetooth"
            ip = "192.168.44.2"
            [bluetooth]
            enabled = true
            """
        ).peers
        #expect(peers.map(\.target) == [.tcp(address: "relay:9100"), .bluetooth(ip: "192.168.44.2")])
    }

    @Test(arguments: [
        ("mechanism = \"serial\"", "peers[0].mechanism"), ("address = \"relay:9100\"", "peers[0].mechanism"),
        ("mechanism = \"tcp\"", "peers[0].address"), ("mechanism = \"tcp\"\naddress = \"relay\"", "peers[0].address"),
        ("mechanism = \"tcp\"\naddress = \"relay:0\"", "peers[0].address"),
        ("mechanism = \"tcp\"\naddress = \":9100\"", "peers[0].address"),
        ("mechanism = \"tcp\"\naddress = \"fd77::1:9100\"", "peers[0].address"),
        ("mechanism = \"tcp\"\naddress = \"[relay]:9100\"", "peers[0].address"),
        ("mechanism = \"tcp\"\naddress = 9100", "peers[0].address"),
        ("mechanism = \"bluetooth\"\nip = \"tablet\"\n[bluetooth]\nenabled = true", "peers[0].ip"),
    ])
    func peerThatCannotBeReachedIsRefused(entry: String, key: String) {
        #expect(ConfigurationText.errors("[[peers]]\n\(entry)\n").map(\.key) == [key])
    }

    /// AC-12.
    @Test func hostBitsOfPrefixesAreCleared() throws {
        let text = "[interface]\nmesh_ipv4_prefix = \"10.77.5.9/16\"\n"
        #expect(try ConfigurationText.configuration(text).interface.meshIPv4Prefix == .mesh)
    }

    /// AC-12.
    @Test func everyBadPrefixHasAReasonOfItsOwn() {
        let reasons = ["10.77.0.0", "10.77.0/16", "10.77.0.0/33", "10.77.0.0/x"].map { prefix in
            let errors = ConfigurationText.errors("[interface]\nmesh_ipv4_prefix = \"\(prefix)\"\n")
            #expect(errors.map(\.key) == ["interface.mesh_ipv4_prefix"])
            return errors.first?.message.replacing(prefix, with: "") ?? ""
        }
        #expect(Set(reasons).count == 4)
        #expect(ConfigurationText.errors("[interface]\nmesh_ipv6_prefix = \"fd77::/129\"\n").count == 1)
    }

    @Test func bluetoothPeerNeedsBluetooth() {
        let errors = ConfigurationText.errors("[[peers]]\nmechanism = \"bluetooth\"\nip = \"192.168.44.2\"\n")
        #expect(errors.map(\.key) == ["peers[0].mechanism"])
    }
}
