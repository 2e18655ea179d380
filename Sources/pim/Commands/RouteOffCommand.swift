import ArgumentParser
import PIMClient
import PIMRPC

struct RouteOffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "off", abstract: "Let this machine's traffic leave by its own uplink again.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var route: RouteOptions

    func run() async throws {
        let (before, after) = try await Progress.during("waiting for the routes") {
            try await client.withClient { client in
                let before = try await client.call(RPC.splitDefaultStatus)
                _ = try await client.call(RPC.setSplitDefault, SetSplitDefaultParameters(on: false))
                return (before, try await client.call(RPC.splitDefaultStatus))
            }
        }
        if let failure = after.failure { throw CommandFailure(failure) }
        if format.json { return try Output.json(after) }
        Output.line(Self.line(wasOn: before.on || before.enabled))
    }

    /// The words of `spec/scenarios.md` §0.2.
    static func line(wasOn: Bool) -> String {
        wasOn ? "pim routes disabled" : "pim routes already disabled"
    }
}
