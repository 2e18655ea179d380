import ArgumentParser

struct MeshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh", abstract: "Tell which mesh this node belongs to, and make secrets for private ones.",
        subcommands: [MeshStatusCommand.self, MeshFingerprintCommand.self, MeshGeneratePassphraseCommand.self])

    /// A command is mandatory.
    func run() async throws {
        throw ValidationError("A command is expected.")
    }
}
