import ArgumentParser

struct DebugCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Show what the mesh engine sees, in a form that stays the same for scripts.",
        discussion: """
            From the running daemon, or from a snapshot FILE; what a daemon that is gone has left is used with a note.
            """,
        subcommands: [
            DebugPeersCommand.self, DebugRoutesCommand.self, DebugGatewaysCommand.self, DebugDiscoveryCommand.self,
            DebugRouteCommand.self, DebugDumpCommand.self,
        ])

    /// A command is mandatory.
    func run() async throws {
        throw ValidationError("A command is expected.")
    }
}
