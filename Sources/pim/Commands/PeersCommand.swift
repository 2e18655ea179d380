import ArgumentParser

struct PeersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers", abstract: "List the neighbours, add and remove some, and say which nodes may not be any.",
        discussion: PeerReference.explanation,
        groupedSubcommands: [
            CommandGroup(
                name: "Neighbours",
                subcommands: [
                    PeersListCommand.self, PeersDiscoveredCommand.self, PeersAddCommand.self, PeersRemoveCommand.self,
                    PeersPairCommand.self, PeersConnectCommand.self,
                ]),
            CommandGroup(
                name: "Keys",
                subcommands: [PeersImportCommand.self, PeersForgetCommand.self, PeersBroadcastCommand.self]),
            CommandGroup(
                name: "Exclusion",
                subcommands: [PeersRevokeCommand.self, PeersRestoreCommand.self, PeersRevokedCommand.self]),
        ],
        defaultSubcommand: PeersListCommand.self)
}
