import ArgumentParser
import PIMClient
import PIMRPC

struct PeersDiscoveredCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discovered",
        abstract: "List the nodes that announce themselves on the local networks, connected or not.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let peers = try await client.withClient { try await $0.call(RPC.peersDiscovered) }
        if format.json { return try Output.json(peers) }
        Output.lines(DiscoveredReport(peers).lines(format.style))
    }
}
