import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct PeersConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Dial a node at an address that somebody else found, until the daemon ends.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "Who has to answer.")
    var node: PeerReference
    @Argument(help: "Where: ip:port.")
    var address: String

    func validate() throws {
        guard PeerAddress(address) != nil else {
            throw ValidationError("“\(Printable.line(address))” is no address: ip:port is expected.")
        }
    }

    func run() async throws {
        guard let place = PeerAddress(address) else { return }
        let result = try await Progress.during("waiting for \(place.text)") {
            try await client.withClient { client in
                let parameters = ConnectPeerParameters(
                    nodeID: try await node.resolve(with: client), address: place.text)
                return try await client.call(RPC.connectPeer, parameters, timeout: .seconds(40))
            }
        }
        if format.json { return try Output.json(result) }
        Output.line("\(result.nodeID) at \(result.address): \(Printable.line(result.status))")
    }
}
