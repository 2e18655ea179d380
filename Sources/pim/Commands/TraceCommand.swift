import ArgumentParser
import PIMClient
import PIMRPC

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show the way to a node, as the nodes on it tell it.",
        discussion: "Exits with 1 when the node was not reached.\n\n\(PeerReference.explanation)")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Option(name: [.customShort("W"), .long], help: "How many seconds to wait for each node.")
    var timeout: Double = 3
    @Argument(help: "To whom.")
    var node: PeerReference

    func validate() throws {
        guard 0.001...60 ~= timeout else { throw ValidationError("--timeout must be between 0.001 and 60.") }
    }

    func run() async throws {
        let result = try await Progress.during("asking the nodes on the way") {
            try await client.withClient { client in
                let parameters = TraceParameters(
                    nodeID: try await node.resolve(with: client), timeoutMilliseconds: Int(timeout * 1000))
                // As many nodes as a mesh has hops at most may keep it waiting.
                return try await client.call(RPC.trace, parameters, timeout: .seconds(timeout * 32 + 5))
            }
        }
        if format.json { try Output.json(result) } else { Output.lines(TraceReport(result).lines(format.style)) }
        guard result.reached else { throw CommandFailure.silent() }
    }
}
