import ArgumentParser
import PIMCore

/// The command line of the mesh: starts and stops the daemon and asks it things (`spec/cli.md`).
struct Pim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pim",
        abstract: "Proximity Internet Mesh: run a node of the mesh and talk to it.",
        discussion: """
            Commands find the daemon by --socket, then PIM_RPC_SOCKET, then the usual places. With --json they print \
            results, and errors as {"error": …} on standard error, for programs.

            Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the daemon is not running, 4 the daemon refused.
            """,
        version: "pim \(PIMVersion.current)",
        subcommands: [ManualCommand.self],
        groupedSubcommands: [
            CommandGroup(name: "Daemon", subcommands: [UpCommand.self, DownCommand.self, LogsCommand.self]),
            CommandGroup(
                name: "Inspection",
                subcommands: [
                    StatusCommand.self, TopCommand.self, PeersCommand.self, RoutesCommand.self, PluginsCommand.self,
                    DebugCommand.self, PingCommand.self, TraceCommand.self,
                ]),
            CommandGroup(name: "Routing", subcommands: [RouteCommand.self, GatewayCommand.self]),
            CommandGroup(name: "Messaging", subcommands: [MessagesCommand.self]),
            CommandGroup(
                name: "Configuration", subcommands: [ConfigCommand.self, MeshCommand.self, IdentityCommand.self]),
        ])

    @Flag(name: .customShort("V"), help: "Show the version.")
    var showsVersion = false

    /// A command is mandatory.
    func run() async throws {
        if showsVersion { return Output.line(Self.configuration.version) }
        throw ValidationError("A command is expected.")
    }

    /// How this program introduces itself to the daemon.
    static let clientName = "pim/\(PIMVersion.current)"
}
