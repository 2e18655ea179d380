import ArgumentParser
import PIMClient
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
        let (peer, result) = try await client.withClient { client in
            let peer = try await peer.resolve(with: client)
            return (peer, try await client.call(RPC.sendMessage, SendMessageParameters(peer: peer, body: text)))
        }
        if format.json { return try Output.json(result) }
        Output.line("Message \(result.id) to \(peer.shortDescription): \(result.status.rawValue)")
    }
}
