import ArgumentParser
import PIMClient
import PIMRPC

struct PeersForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget a node's key, and that it ever sealed its links; it is met like a new one afterwards.",
        discussion: "The messages exchanged with it are deleted unless told otherwise. A revoked node stays revoked.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Keep the messages exchanged with it.")
    var keepMessages = false
    @Argument(help: "Whom.")
    var peer: PeerReference

    func run() async throws {
        let (node, result) = try await client.withClient { client in
            let node = try await peer.resolve(with: client)
            let parameters = ForgetPeerParameters(nodeID: node, alsoDeleteMessages: !keepMessages)
            return (node, try await client.call(RPC.forgetPeer, parameters))
        }
        if format.json { return try Output.json(result) }
        let messages = result.deletedMessages > 0 ? "; \(result.deletedMessages) messages are deleted" : ""
        Output.line("\(node) \(result.forgotIdentity ? "is forgotten" : "was not known")\(messages)")
    }
}
