import ArgumentParser
import PIMCore
import PIMDaemon
import PIMRPC

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
