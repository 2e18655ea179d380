import ArgumentParser
import PIMClient
import PIMRPC

struct PeersRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Undo “revoke”: the node is met like any other again.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "Whom.")
    var peer: PeerReference

    func run() async throws {
        let result = try await client.withClient { client in
            let node = try await peer.resolveRevoked(with: client)
            return try await client.call(RPC.restorePeer, RevocationParameters(nodeID: node))
        }
        if format.json { return try Output.json(result) }
        Output.line("\(result.nodeID) \(result.restored ? "is not revoked any more" : "was not revoked")")
    }
}
