import PIMCore
import PIMRPC
import Testing

@testable import PIMDaemon

/// What readers of a configuration do not get to see, and what becomes of it when the text comes back.
@Suite struct ConfigurationSecretsTests {
    private let text = """
        [mesh] # passphrase below
        passphrase = "seven herons" # keep
        mesh_id = "m"
        [plugins.bot]
        token = 'abc'
        servers = [ { password = "p", host = "h" }, { host = "i" } ]
        [discovery]
        shared_key = "00ff"
        """

    private func unmask(_ edited: String) throws -> String {
        try ConfigurationSecrets.unmasked(edited, from: text, path: "pim.toml")
    }

    @Test func secretsAreHiddenWhereverTheyStand() {
        let (masked, keys) = ConfigurationSecrets.masked(text)
        #expect(
            keys == ["mesh.passphrase", "plugins.bot.token", "plugins.bot.servers[0].password", "discovery.shared_key"])
        #expect(masked.contains("passphrase = \"\(ConfigGetResult.mask)\" # keep"))
        for secret in ["herons", "abc", "\"p\"", "00ff"] { #expect(!masked.contains(secret)) }
        #expect(masked.contains("host = \"h\"") && masked.contains("mesh_id = \"m\""))
    }

    @Test func whatReturnsUnchangedIsWhatItWas() throws {
        #expect(try unmask(ConfigurationSecrets.masked(text).text) == text)
    }

    @Test func aSecretFollowsItsKeyAndCanBeReplaced() throws {
        let mask = ConfigGetResult.mask
        let moved = "[plugins.bot]\ntoken = '\(mask)'\n[mesh]\npassphrase = \"new\"\n"
        #expect(try unmask(moved) == "[plugins.bot]\ntoken = 'abc'\n[mesh]\npassphrase = \"new\"\n")
        // Elsewhere it is a text like any other.
        let name = "[node]\nname = \"\(mask)\"\n"
        #expect(try unmask(name) == name)
    }

    @Test func aMaskInAListThatChangedStandsForNothing() throws {
        let masked = ConfigurationSecrets.masked(text).text
        let shorter = masked.replacing("{ password = \"\(ConfigGetResult.mask)\", host = \"h\" }, ", with: "")
        #expect(try !unmask(shorter).contains("password"))
        let other = masked.replacing("host = \"h\"", with: "host = \"j\"")
        #expect(throws: ConfigurationKeeper.Refusal.self) { try unmask(other) }
    }

    @Test func aMaskForNothingIsAnErrorWithAPlace() {
        let refusal = #expect(throws: ConfigurationKeeper.Refusal.self) {
            try unmask("[mesh]\n[plugins.other]\nsecret = \"\(ConfigGetResult.mask)\"\n")
        }
        guard case .invalid(let problems)? = refusal else {
            Issue.record("not invalid")
            return
        }
        #expect(problems.map(\.key) == ["plugins.other.secret"])
        #expect(problems.first?.position == TextPosition(line: 3, column: 10))
    }

    @Test func aTextThatIsNoTOMLShowsNoSecretEither() {
        let (masked, keys) = ConfigurationSecrets.masked("[mesh\npassphrase = \"herons\n# Password: x\nname = 1\n")
        #expect(!masked.contains("herons") && !masked.contains(": x") && masked.contains("name = 1"))
        #expect(keys == ["passphrase", "password"])
    }
}
