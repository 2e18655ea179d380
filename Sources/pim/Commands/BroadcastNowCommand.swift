import ArgumentParser
import PIMClient
import PIMRPC

struct BroadcastNowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "now", abstract: "Tell every node there is a route to.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let result = try await client.withClient { try await $0.call(RPC.broadcastIdentity) }
        if format.json { return try Output.json(result) }
        Output.line(result.recipients == 1 ? "1 node is told" : "\(result.recipients) nodes are told")
    }
}
