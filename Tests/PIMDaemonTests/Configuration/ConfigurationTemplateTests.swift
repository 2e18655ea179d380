import Foundation
import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct ConfigurationTemplateTests {
    typealias Role = ConfigurationTemplate.Role

    static let combinations: [[Role]] = (1..<8).map { bits in
        Role.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element)
    }

    @Test(arguments: combinations)
    func everyCombinationOfRolesLoads(roles: [Role]) throws {
        let template = try ConfigurationTemplate(roles: roles)
        let loaded = try ConfigurationText.load(template.text)
        #expect(loaded.configuration.gateway.enabled == roles.contains(.gateway))
        #expect(loaded.configuration.relay.enabled == roles.contains(.relay))
        #expect(loaded.configuration.node.name == template.name)
        #expect(template.text.contains("\n# Roles: \(roles.map(\.rawValue).joined(separator: ", "))\n"))
        #expect(loaded.warnings.allSatisfy { $0.key == nil && $0.message.hasPrefix("not available in this build") })
        #expect(loaded.warnings.count == 1)
    }

    /// Removing the marks from every example gives a file that is right in every key.
    @Test(arguments: combinations)
    func everyExampleIsValid(roles: [Role]) throws {
        let lines = try ConfigurationTemplate(roles: roles).text.split(
            separator: "\n", omittingEmptySubsequences: false)
        let secret = TemporaryDirectory()
        let file = try secret.write(Data("x".utf8), to: "secret", mode: 0o600)
        let text = lines.map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
        }
        .filter { !$0.hasPrefix("passphrase =") }.joined(separator: "\n")
        .replacing("mode = \"open\"", with: "mode = \"private\"")
        .replacing("/etc/pim/passphrase", with: file)
        .replacing("A gateway needs it.\nenabled = false", with: "\nenabled = true")
        .replacing(
            "[bluetooth]\n# Links over Bluetooth networks (PAN).\nenabled = false", with: "[bluetooth]\nenabled = true")
        let loaded = try ConfigurationText.load(text)
        #expect(loaded.warnings.count == 1)
        #expect(loaded.configuration.peers.count == (roles.contains(.relay) ? 3 : 2))
        #expect(loaded.configuration.security.authorizedPeers.count == 1)
        #expect(loaded.configuration.plugins.keys.sorted() == ["messaging"])
        #expect(loaded.configuration.messaging.broadcast.outgoingIntervalSeconds == 300)
    }

    /// The values of `spec/cli.md` §5.
    @Test func activeValuesAreTheSpecifiedOnes() throws {
        let configuration = try ConfigurationText.load(ConfigurationTemplate(roles: [.client]).text).configuration
        var expected = PIMConfiguration(node: .init(name: "client-node", dataDirectory: "/var/lib/pim"))
        expected.relay.enabled = false
        expected.interface.name = configuration.interface.name
        expected.security.keyFile = "/var/lib/pim/node.key"
        expected.security.trustStoreFile = "/var/lib/pim/trusted-peers.toml"
        expected.bluetooth.localAlias = "PIM-client-node"
        expected.bluetoothCOC.enabled = true
        expected.wifiDirect.interface = configuration.wifiDirect.interface
        #expect(configuration == expected)
    }

    @Test func sectionsComeInTheSpecifiedOrder() throws {
        let text = try ConfigurationTemplate(roles: [.gateway]).text
        let headers = text.split(separator: "\n").filter { $0.hasPrefix("[") }
        #expect(
            headers == [
                "[node]", "[interface]", "[discovery]", "[mesh]", "[transport]", "[routing]", "[gateway]", "[relay]",
                "[security]", "[bluetooth]", "[bluetooth_rfcomm]", "[bluetooth_coc]", "[wifi_direct]",
            ])
    }

    @Test func rolesCollapseAndNameTheNode() throws {
        let template = try ConfigurationTemplate(roles: [.relay, .gateway, .relay])
        #expect(template.roles == [.relay, .gateway])
        #expect(template.name == "relay-gateway-node")
        #expect(throws: PIMError.self) { try ConfigurationTemplate(roles: []) }
    }

    @Test(arguments: ["edge-laptop", "a \"quoted\" \\ name", "two\nlines\t\u{1B}\u{7F}", "naïve 雪 🦔", ""])
    func namesSurviveWhateverTheyContain(name: String) throws {
        let configuration = try ConfigurationText.load(ConfigurationTemplate(roles: [.client], name: name).text)
            .configuration
        #expect(configuration.node.name == name)
        #expect(configuration.bluetooth.localAlias == "PIM-" + name)
    }

    @Test func nameNoFileCanHoldIsRefused() {
        #expect(throws: PIMError.self) { try ConfigurationTemplate(roles: [.client], name: "a\0b") }
    }

    @Test(arguments: [
        ([Role.client], "relay-or-gateway:9100"), ([.gateway], "relay:9100"), ([.relay], "gateway:9100"),
        ([.relay, .gateway], "gateway:9100"), ([.client, .gateway], "relay:9100"),
    ])
    func examplePeerSuitsTheRole(roles: [Role], address: String) throws {
        let text = try ConfigurationTemplate(roles: roles).text
        #expect(text.contains("#address = \"\(address)\""))
        #expect(text.contains("another-peer:9100") == roles.contains(.relay))
    }

    @Test func existingFileIsOnlyReplacedOnDemandAndKeepsItsMode() throws {
        let directory = TemporaryDirectory()
        let path = directory.path("pim.toml")
        let template = try ConfigurationTemplate(roles: [.client])
        try template.write(to: path, overwriting: false)
        #expect(try directory.mode(of: "pim.toml") == 0o600)
        let error = #expect(throws: PIMError.self) { try template.write(to: path, overwriting: false) }
        #expect(error?.message.contains("--force") == true)

        _ = try directory.write(Data("old".utf8), to: "pim.toml", mode: 0o640)
        try template.write(to: path, overwriting: true)
        #expect(try directory.mode(of: "pim.toml") == 0o640)
        #expect(try ConfigurationLoader.load(path: path).text == template.text)
    }
}
