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

    @Test func commentsAndPermissionsStay() async throws {
        try write("# mine\n[node]\nname = \"a\" # short\n")
        try ConfigurationFile(path: path).set([
            (["gateway", "enabled"], .boolean(false)), (["gateway", "nat_interface"], .string("wan0")),
        ])
        #expect(
            try text()
                == "# mine\n[node]\nname = \"a\" # short\n\n[gateway]\nenabled = false\nnat_interface = \"wan0\"\n")
        #expect(try directory.mode(of: "pim.toml") == 0o640)
    }

    @Test func whatTheDaemonWouldNotStartWithIsNotWritten() throws {
        let before = "[node]\nname = \"a\"\n"
        try write(before)
        #expect(throws: PIMError.self) {
            try ConfigurationFile(path: path).set([(["transport", "listen_port"], .integer(70_000))])
        }
        #expect(try text() == before)
    }

    @Test func aLinkStaysALink() throws {
        try write("[node]\nname = \"a\"\n")
        let link = directory.path("link.toml")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try ConfigurationFile(path: link).set([(["node", "name"], .string("b"))])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try text() == "[node]\nname = \"b\"\n")
    }
}
