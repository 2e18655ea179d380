import ArgumentParser
import PIMClient
import PIMRPC

struct GatewayStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show whether this node is a gateway, who uses it and how much.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let role = try await client.withClient { try await $0.call(RPC.gatewayStatus) }
        if format.json { return try Output.json(role) }
        Output.lines(GatewayReport(role).lines)
    }
}
