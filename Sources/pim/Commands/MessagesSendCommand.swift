import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct MessagesSendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a message; it waits in the outbox until there is a way to the peer.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "To whom.")
    var peer: PeerReference
    @Argument(help: "What to say.")
    var text: String

    func run() async throws {
        let (node, result) = try await client.withClient { client -> (NodeID, SendMessageResult) in
            let node = try await peer.resolve(with: client)
            return (node, try await client.call(RPC.sendMessage, SendMessageParameters(peer: node, body: text)))
        }
        if format.json { return try Output.json(result) }
        Output.line("Message \(result.id) to \(node.shortDescription): \(result.status.rawValue)")
    }
}
