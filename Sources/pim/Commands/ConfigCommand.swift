import ArgumentParser

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Write a configuration file, or check one.",
        subcommands: [ConfigGenerateCommand.self, ConfigCheckCommand.self])
}
