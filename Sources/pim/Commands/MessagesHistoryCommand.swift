import ArgumentParser
import PIMClient
import PIMRPC

struct MessagesHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show the latest messages exchanged with a peer, oldest first.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "With whom.")
    var peer: PeerReference
    @Option(name: [.customShort("n"), .long], help: "How many, at most \(MessageHistoryParameters.maximumLimit).")
    var limit = 50

    func validate() throws {
        guard 1...MessageHistoryParameters.maximumLimit ~= limit else {
            throw ValidationError("--limit must be between 1 and \(MessageHistoryParameters.maximumLimit).")
        }
    }

    func run() async throws {
        let page = try await client.withClient { client in
            let peer = try await peer.resolve(with: client)
            return try await client.call(RPC.messageHistory, MessageHistoryParameters(peer: peer, limit: limit))
        }
        if format.json { return try Output.json(page) }
        if page.messages.isEmpty { return Output.line("no messages") }
        if page.hasMore { Output.line("(older messages are not shown)") }
        for message in page.messages.reversed() { Output.line(MessageLine.text(of: message)) }
    }
}
