import ArgumentParser
import PIMClient
import PIMRPC

struct ConfigReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Let the daemon read its file again and apply what can change while it runs.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let result = try await Progress.during("the daemon reads its configuration") {
            try await client.withClient { try await $0.call(RPC.configReload, timeout: .seconds(30)) }
        }
        if format.json { return try Output.json(result) }
        let lines = ConfigurationChangeReport.lines(
            applied: result.applied, requiresRestart: result.requiresRestart)
        Output.lines(lines.isEmpty ? ["nothing has changed"] : lines)
    }
}
