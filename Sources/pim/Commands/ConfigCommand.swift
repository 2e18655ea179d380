import ArgumentParser

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Read, change, check and write the configuration.",
        discussion: """
            get, set, unset and edit work on the running daemon, which checks and applies changes; with -c, or when none \
            runs, on the file. A KEY is dotted: routing.max_hops.
            """,
        subcommands: [
            ConfigGetCommand.self, ConfigSetCommand.self, ConfigUnsetCommand.self, ConfigEditCommand.self,
            ConfigReloadCommand.self, ConfigCheckCommand.self, ConfigGenerateCommand.self,
        ])

    /// A command is mandatory.
    func run() async throws {
        throw ValidationError("A command is expected.")
    }
}
