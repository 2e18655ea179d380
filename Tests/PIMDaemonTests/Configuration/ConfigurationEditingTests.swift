import Foundation
import PIMCore
import Testing

@testable import PIMDaemon

@Suite("Editing the configuration file")
struct ConfigurationEditingTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path("pim.toml") }

    private func write(_ text: String) throws {
        _ = try directory.write(Data(text.utf8), to: "pim.toml", mode: 0o640)
    }

    private func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// As a running daemon does it.
    private func set(_ values: [(key: [String], value: TOMLLiteral?)], in file: String) async throws {
        let keeper = ConfigurationKeeper(
            started: try ConfigurationLoader.load(path: file), checkPlugins: { _ in [] }, follow: { _, _, _ in [] },
            logger: LogStream(descriptor: nil).logger(label: "test"))
        _ = try await keeper.set(values)
    }

    @Test func commentsAndPermissionsStay() async throws {
        try write("# mine\n[node]\nname = \"a\" # short\n")
        try await set(
            [(["gateway", "enabled"], .boolean(false)), (["gateway", "nat_interface"], .string("wan0"))], in: path)
        #expect(
            try text()
                == "# mine\n[node]\nname = \"a\" # short\n\n[gateway]\nenabled = false\nnat_interface = \"wan0\"\n")
        #expect(try directory.mode(of: "pim.toml") == 0o640)
    }

    @Test func whatTheDaemonWouldNotStartWithIsNotWritten() async throws {
        let before = "[node]\nname = \"a\"\n"
        try write(before)
        let refusal = await #expect(throws: ConfigurationKeeper.Refusal.self) {
            try await set([(["transport", "listen_port"], .integer(70_000))], in: path)
        }
        guard case .invalid(let problems)? = refusal else {
            Issue.record("not refused for what it says")
            return
        }
        #expect(problems.map(\.key) == ["transport.listen_port"])
        #expect(try text() == before)
    }

    @Test func aLinkStaysALink() async throws {
        try write("[node]\nname = \"a\"\n")
        let link = directory.path("link.toml")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try await set([(["node", "name"], .string("b"))], in: link)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try text() == "[node]\nname = \"b\"\n")
    }
}
