import ArgumentParser
import PIMClient
import PIMRPC

struct GatewayPreflightCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preflight", abstract: "Check whether this machine can be a gateway, and say what it lacks.",
        discussion: "Exits with 1 when something is missing that a gateway cannot do without.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "The interface that leads out (default: the configured one).")
    var interface: String?

    func run() async throws {
        let result = try await Progress.during("looking at this machine") {
            try await client.withClient {
                try await $0.call(RPC.gatewayPreflight, GatewayPreflightParameters(natInterface: interface))
            }
        }
        if format.json {
            try Output.json(result)
        } else {
            Output.lines(PreflightReport(result).lines)
        }
        guard result.checks.contains(where: { $0.required && !$0.ok }) else { return }
        throw CommandFailure("this machine cannot be a gateway yet")
    }
}
