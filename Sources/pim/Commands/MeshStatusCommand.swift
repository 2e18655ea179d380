import ArgumentParser
import PIMClient
import PIMCore
import PIMDaemon
import PIMRPC

struct MeshStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell whether the configured mesh is open or private, and its fingerprint.",
        discussion: """
            Members of a private mesh have the same fingerprint. It is derived from the file, which takes a moment; when \
            the running daemon is in another mesh, that is said.
            """)

    @OptionGroup var place: ConfigurationOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let configured = try await place.meshOfFile()
        let running = try? await place.client.withClient(timeout: .seconds(2)) { try await $0.call(RPC.meshStatus) }
        let report = MeshReport(configured: configured, running: running)
        if format.json { return try Output.json(report.document) }
        Output.lines(report.lines)
        if let note = report.note { Output.complain("note: \(note)") }
    }
}
