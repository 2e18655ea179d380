import ArgumentParser
import PIMClient
import PIMRPC

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "List every node there is a route to, and the gateways among them.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let table = try await client.withClient { try await $0.call(RPC.routeTable) }
        if format.json { return try Output.json(table) }
        Output.lines(RoutesReport(table).lines(format.style))
    }
}
