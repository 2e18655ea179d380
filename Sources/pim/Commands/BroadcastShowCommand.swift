import ArgumentParser
import PIMClient
import PIMRPC

struct BroadcastShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show how this node makes itself known (the default).")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let state = try await client.withClient { try await $0.call(RPC.broadcastState) }
        if format.json { return try Output.json(state) }
        Output.lines(BroadcastReport(state).lines)
    }
}
