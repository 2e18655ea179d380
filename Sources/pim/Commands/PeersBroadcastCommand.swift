import ArgumentParser

struct PeersBroadcastCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broadcast", abstract: "Make this node's key and name known, now or periodically.",
        subcommands: [BroadcastShowCommand.self, BroadcastNowCommand.self, BroadcastSetCommand.self],
        defaultSubcommand: BroadcastShowCommand.self)
}
