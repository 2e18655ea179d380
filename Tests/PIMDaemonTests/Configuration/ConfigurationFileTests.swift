import Foundation
import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct ConfigurationFileTests {
    private let directory = TemporaryDirectory()

    @Test func missingFileIsAnInputError() {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try ConfigurationLoader.load(path: directory.path("absent.toml"))
        }
        #expect(failure?.category == .io)
        #expect(failure?.description.hasPrefix("io error: ") == true)
        #expect(failure?.description.contains("absent.toml") == true)
    }

    @Test func directoryIsAnInputError() {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try ConfigurationLoader.load(path: directory.path(""))
        }
        #expect(failure?.category == .io)
    }

    @Test func fileThatIsNotTextIsAnInputError() throws {
        let path = try directory.write(Data([0x5B, 0xFF, 0xFE]), to: "pim.toml")
        let failure = #expect(throws: ConfigurationFailure.self) { try ConfigurationLoader.load(path: path) }
        #expect(failure?.category == .io)
        #expect(failure?.description.contains("UTF-8") == true)
    }

    @Test func fileLargerThanAMebibyteIsRefused() throws {
        let head = Data("[node]\nname = \"n\"\n".utf8)
        let limit = ConfigurationLoader.maximumFileSize
        let path = try directory.write(head + Data(repeating: 0x0A, count: limit - head.count), to: "pim.toml")
        #expect(throws: Never.self) { try ConfigurationLoader.load(path: path) }
        _ = try directory.write(head + Data(repeating: 0x0A, count: limit - head.count + 1), to: "pim.toml")
        let failure = #expect(throws: ConfigurationFailure.self) { try ConfigurationLoader.load(path: path) }
        #expect(failure?.category == .io)
    }

    @Test func fileKeepsItsNameAndText() throws {
        let text = "[node]\nname = \"n\" # über\n"
        let path = try directory.write(Data(text.utf8), to: "pim.toml")
        let loaded = try ConfigurationLoader.load(path: path)
        #expect(loaded.sourcePath == path)
        #expect(loaded.text == text)
    }

    @Test func passphraseOthersCanReadIsWarnedAbout() throws {
        let text = "[node]\nname = \"n\"\n[mesh]\nmode = \"private\"\npassphrase = \"x\"\n"
        let path = try directory.write(Data(text.utf8), to: "pim.toml", mode: 0o644)
        let warnings = try ConfigurationLoader.load(path: path).warnings
        #expect(warnings.map(\.key) == ["mesh.passphrase"])
        #expect(warnings.first?.message.contains("chmod 600") == true)
        _ = try directory.write(Data(text.utf8), to: "pim.toml", mode: 0o600)
        #expect(try ConfigurationLoader.load(path: path).warnings.isEmpty)
    }

    @Test func passphraseFileIsReadWithoutItsLineEnd() throws {
        let secret = try directory.write(Data(" two herons \n".utf8), to: "secret", mode: 0o600)
        let text = "[node]\nname = \"n\"\n[mesh]\nmode = \"private\"\npassphrase_file = \"\(secret)\"\n"
        let mesh = try ConfigurationText.load(text).configuration.mesh
        #expect(mesh.passphrase?.secret == " two herons ")
        #expect(mesh.passphraseFile == secret)
    }

    @Test(arguments: ["", "\n", String(repeating: "x", count: 5000)])
    func uselessPassphraseFileIsRefused(content: String) throws {
        let secret = try directory.write(Data(content.utf8), to: "secret", mode: 0o600)
        let errors = ConfigurationText.errors("[mesh]\nmode = \"private\"\npassphrase_file = \"\(secret)\"\n")
        #expect(errors.map(\.key) == ["mesh.passphrase_file"])
    }

    @Test func passphraseFileIsCheckedOnlyWhereItIsUsed() {
        let absent = "passphrase_file = \"/nonexistent/secret\"\n"
        #expect(
            ConfigurationText.errors("[mesh]\nmode = \"private\"\n" + absent).map(\.key) == ["mesh.passphrase_file"])
        #expect(ConfigurationText.errors("[mesh]\n" + absent).isEmpty)
        #expect(
            ConfigurationText.errors("[mesh]\npassphrase = \"x\"\n" + absent).map(\.key) == ["mesh.passphrase_file"])
    }
}
