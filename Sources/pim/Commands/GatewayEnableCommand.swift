import ArgumentParser
import PIMClient
import PIMRPC

struct GatewayEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Make this node a gateway, at once and after the next start.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "The interface that leads out.")
    var interface: String
    @Option(help: "How many connections may be open through it at a time; 0 for no limit.")
    var maxConnections: UInt32?
    @Flag(help: "Leave the configuration file as it is: the next start knows nothing of this.")
    var untilRestart = false

    func run() async throws {
        let result = try await Progress.during("waiting for the gateway") {
            try await client.withClient {
                try await $0.call(
                    RPC.gatewayEnable,
                    GatewayEnableParameters(
                        natInterface: interface, maxConnections: maxConnections, persist: untilRestart ? false : nil))
            }
        }
        if format.json { return try Output.json(result) }
        Output.line("the mesh gets out by \(result.natInterface): \(result.advertisedRoutes.joined(separator: ", "))")
        if let path = result.writtenTo { Output.line("written to \(path)") }
    }
}
