import ArgumentParser

struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Let the mesh out to the internet through this machine.",
        subcommands: [
            GatewayStatusCommand.self, GatewayPreflightCommand.self, GatewayEnableCommand.self,
            GatewayDisableCommand.self,
        ],
        defaultSubcommand: GatewayStatusCommand.self)
}
