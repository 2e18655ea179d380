import ArgumentParser
import PIMClient
import PIMRPC

struct MessagesChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk with a peer: see what was said, type, read the answers.",
        discussion: """
            Each line you type is a message; what comes in appears above what you are typing, and receipts too. /quit or \
            Ctrl-D leaves. When standard input is no terminal, each of its lines is sent as it is, /quit too, and the end of \
            it ends the chat.
            """)

    @OptionGroup var client: ClientOptions
    @Flag(help: "Print without colours, as NO_COLOR and TERM=dumb do.")
    var noColor = false
    @Option(
        name: [.customShort("n"), .long],
        help: "How many earlier messages to show, at most \(MessageHistoryParameters.maximumLimit).")
    var limit = 20
    @Argument(help: "With whom.")
    var peer: PeerReference

    func validate() throws {
        guard 1...MessageHistoryParameters.maximumLimit ~= limit else {
            throw ValidationError("--limit must be between 1 and \(MessageHistoryParameters.maximumLimit).")
        }
    }

    func run() async throws {
        let style = Style.of(descriptor: 1, noColor: noColor)
        let (node, name) = try await client.withClient { client in
            let node = try await peer.resolve(with: client)
            return (node, try await PeerDirectory.name(of: node, by: client))
        }
        var session = ChatSession(
            socket: client.socketPath, model: ChatModel(peer: node, name: name, style: style), style: style,
            historyCount: limit, isInteractive: Terminal.isInteractive, takesCommands: Terminal.hasKeyboard)
        try await session.run()
    }
}
