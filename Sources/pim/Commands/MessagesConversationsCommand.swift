import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct MessagesConversationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conversations", abstract: "List everybody there are messages with, newest first.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let list = try await client.withClient { try await $0.call(RPC.conversations) }
        if format.json { return try Output.json(list) }
        guard !list.conversations.isEmpty else { return Output.line("no conversations") }
        var table = TextTable([
            .init("NODE"), .foreign("NAME"), .init("UNREAD", isNumber: true), .init("CONNECTED"), .init("LAST"),
            .init("MESSAGE"),
        ])
        for conversation in list.conversations {
            table.add([
                conversation.peerNodeID.shortDescription, conversation.name, String(conversation.unreadCount),
                conversation.isConnected ? "yes" : "no",
                conversation.lastMessageMilliseconds.map(Printable.localTime) ?? "",
                conversation.lastMessagePreview ?? "",
            ])
        }
        Output.lines(table.lines(format.style))
    }
}
