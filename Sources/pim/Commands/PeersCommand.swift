import ArgumentParser

struct PeersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers", abstract: "List the neighbours, and say which nodes may not be any.",
        discussion: "A PEER is a node id, a unique beginning of one (4 characters or more), or a unique name.",
        subcommands: [
            PeersListCommand.self, PeersDiscoveredCommand.self, PeersRevokeCommand.self, PeersRestoreCommand.self,
            PeersRevokedCommand.self, PeersForgetCommand.self,
        ],
        defaultSubcommand: PeersListCommand.self)
}
