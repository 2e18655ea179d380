import ArgumentParser

struct MessagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages", abstract: "Write to other nodes and read what they wrote.",
        discussion: "A PEER is a node id, a unique beginning of one (4 characters or more), or a unique name.",
        subcommands: [
            MessagesSendCommand.self, MessagesHistoryCommand.self, MessagesConversationsCommand.self,
            MessagesTailCommand.self,
        ])
}
