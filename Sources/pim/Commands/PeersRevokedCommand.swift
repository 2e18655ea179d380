import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct PeersRevokedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoked", abstract: "List the revoked nodes.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let result = try await client.withClient { try await $0.call(RPC.revokedPeers) }
        if format.json { return try Output.json(result) }
        guard !result.revoked.isEmpty else { return Output.line("no peers are revoked") }
        var table = TextTable([.init("NODE"), .foreign("NAME")])
        for peer in result.revoked { table.add([peer.nodeID.description, peer.name ?? ""]) }
        Output.lines(table.lines(format.style))
    }
}
