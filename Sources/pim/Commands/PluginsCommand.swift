import ArgumentParser
import PIMClient
import PIMRPC

struct PluginsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins", abstract: "List the daemon's plugins, what they are doing and what they lost.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let list = try await client.withClient { try await $0.call(RPC.pluginsList) }
        if format.json { return try Output.json(list) }
        Output.lines(PluginsReport(list).lines(format.style))
    }
}
