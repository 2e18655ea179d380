import ArgumentParser
import PIMClient
import PIMRPC

struct PeersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers", abstract: "List the neighbours: the nodes with a live session.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let peers = try await client.withClient { try await $0.call(RPC.peersList) }
        if format.json { return try Output.json(peers) }
        for line in PeersReport(peers).lines { Output.line(line) }
    }
}
