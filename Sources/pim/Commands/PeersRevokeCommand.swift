import ArgumentParser
import PIMClient
import PIMRPC

struct PeersRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End every session with a node and refuse new ones; nothing from it passes this node any more.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "Whom.")
    var peer: PeerReference

    func run() async throws {
        let result = try await client.withClient { client in
            let node = try await peer.resolve(with: client)
            return try await client.call(RPC.revokePeer, RevocationParameters(nodeID: node))
        }
        if format.json { return try Output.json(result) }
        let state = result.revoked ? "is revoked" : "was revoked already"
        Output.line("\(result.nodeID) \(state)\(result.endedSession ? "; its session has ended" : "")")
    }
}
