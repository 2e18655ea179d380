import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct PeersAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a peer to the configuration and dial it from now on.",
        discussion: "ADDRESS is host:port, [IPv6]:port, or without a port, which means \(PeerAddress.defaultPort).")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Option(help: "What to call it.")
    var label: String?
    @Option(help: "Who has to answer there: a whole node id.")
    var nodeID: String?
    @Argument(help: "Where it listens.")
    var address: String

    func validate() throws {
        guard PeerAddress(address, allowingWords: true) != nil else {
            throw ValidationError("“\(Printable.line(address))” is no address: host:port is expected.")
        }
        if let nodeID, (try? NodeID(parsing: nodeID)) == nil {
            throw ValidationError("--node-id takes 32 hex digits.")
        }
    }

    func run() async throws {
        guard let place = PeerAddress(address, allowingWords: true) else { return }
        let node = try nodeID.map { try NodeID(parsing: $0) }
        let result = try await client.withClient {
            try await $0.call(
                RPC.addStaticPeer, AddStaticPeerParameters(address: place.text, label: label, nodeID: node))
        }
        if format.json { return try Output.json(result) }
        Output.line(
            "added \(result.label.map { "\(Printable.line($0)), " } ?? "")\(place.text) as \(result.configEntryID)")
        Output.line("it is dialled from now on; “pim peers” tells how that goes")
    }
}
