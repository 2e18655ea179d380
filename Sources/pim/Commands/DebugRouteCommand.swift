import ArgumentParser

struct DebugRouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Ask for one route.", subcommands: [DebugRouteGetCommand.self])

    /// A command is mandatory.
    func run() async throws {
        throw ValidationError("A command is expected.")
    }
}
