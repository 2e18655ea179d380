import ArgumentParser
import PIMClient
import PIMRPC

struct RouteStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell whether this machine's traffic goes into the mesh.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var route: RouteOptions

    func run() async throws {
        guard let status = try await client.withClient({ try await $0.routeStatus() }) else {
            if format.json { return try Output.json(NoRoutes.json) }
            return Output.line(NoRoutes.line)
        }
        if format.json { return try Output.json(status) }
        Output.line(status.line)
        for problem in [status.reason, status.failure] { if let problem { Output.complain(problem) } }
    }
}
