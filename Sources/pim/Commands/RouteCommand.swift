import ArgumentParser

struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Send this machine's traffic into the mesh, or stop doing so.",
        subcommands: [RouteOnCommand.self, RouteOffCommand.self, RouteStatusCommand.self],
        defaultSubcommand: RouteStatusCommand.self)
}
