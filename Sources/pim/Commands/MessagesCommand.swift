import ArgumentParser

struct MessagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages", abstract: "Write to other nodes and read what they wrote.",
        discussion: PeerReference.explanation,
        subcommands: [
            MessagesSendCommand.self, MessagesHistoryCommand.self, MessagesConversationsCommand.self,
            MessagesTailCommand.self, MessagesChatCommand.self,
        ])

    /// A command is mandatory.
    func run() async throws {
        throw ValidationError("A command is expected.")
    }
}
