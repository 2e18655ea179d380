import ArgumentParser
import PIMClient
import PIMRPC

struct IdentityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "Print this node's id, key and name, for operators of other nodes.",
        discussion: "“pim peers import” takes it there. Nothing of it is secret.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let status = try await client.withClient { try await $0.call(RPC.status) }
        let card = IdentityCard(nodeID: status.nodeID, key: status.x25519PublicKey, name: status.node)
        if format.json { return try Output.json(card) }
        Output.lines(card.lines)
    }
}
