import ArgumentParser
import PIMClient
import PIMRPC

struct GatewayDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "End being a gateway, at once and after the next start.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Leave the configuration file as it is: the next start knows nothing of this.")
    var untilRestart = false

    func run() async throws {
        let result = try await Progress.during("waiting for the gateway") {
            try await client.withClient {
                try await $0.call(RPC.gatewayDisable, GatewayDisableParameters(persist: untilRestart ? false : nil))
            }
        }
        if format.json { return try Output.json(result) }
        Output.line("this node is no gateway")
        if let path = result.writtenTo { Output.line("written to \(path)") }
    }
}
