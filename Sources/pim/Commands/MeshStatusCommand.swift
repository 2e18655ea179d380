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

struct MeshFingerprintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fingerprint", abstract: "Print the fingerprint of the configured private mesh, and nothing else.",
        discussion:
            "The same text on every member. It is no secret, but helps whoever guesses passphrases: tell members only.")

    @OptionGroup var place: ConfigurationOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let mesh = try await place.meshOfFile()
        guard let fingerprint = mesh.fingerprint else {
            throw CommandFailure("the mesh is open; only private meshes have a fingerprint")
        }
        if format.json { return try Output.json(mesh) }
        Output.line(fingerprint)
    }
}

extension ConfigurationOptions {
    /// The mesh of the configuration file, its fingerprint derived here (`spec/cli.md` §4.6).
    fileprivate func meshOfFile() async throws -> MeshStatus {
        let mesh = try ConfigurationLoader.load(path: await path()).configuration.mesh
        let fingerprint = try await Progress.during("deriving the mesh secret") { try await MeshFingerprint.of(mesh) }
        return MeshStatus(
            mode: mesh.mode == .private ? .private : .open, meshID: mesh.meshID.flatMap { $0.isEmpty ? nil : $0 },
            fingerprint: fingerprint)
    }
}
