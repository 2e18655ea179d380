import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show whether the daemon runs and how its node is doing.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Flag(name: .shortAndLong, help: "Also show every counter.")
    var verbose = false

    func run() async throws {
        let status: DaemonStatus
        do {
            status = try await client.withClient { try await $0.call(RPC.status) }
        } catch let error as ControlClientError where error.code == .notRunning && !format.json {
            Output.line("pim: stopped (no daemon listens on \(client.socketPath))")
            throw error
        }
        if format.json { return try Output.json(status) }
        Output.lines(StatusReport(status).lines(format.style))
        if verbose {
            Output.line()
            Output.lines(StatusReport(status).counterLines)
        }
    }
}
