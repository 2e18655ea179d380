import ArgumentParser
import PIMClient
import PIMRPC

struct PeersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the nodes with a live session, and why configured ones have none (the default).")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Also list the nodes that are reached through others.")
    var all = false

    func run() async throws {
        let peers = try await client.withClient {
            try await $0.call(RPC.peersList, PeerListParameters(includeRelayed: all ? true : nil))
        }
        if format.json { return try Output.json(peers) }
        Output.lines(PeersReport(peers).lines(format.style))
    }
}
